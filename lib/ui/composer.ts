import { utf8Length } from "../protocol/text.ts";
import {
  type Completion,
  completionsOf,
  type Vocabulary,
} from "./completion.ts";
import * as draft from "./draft.ts";
import { type History, NO_HISTORY, recall, remember } from "./recall.ts";
import type { Key } from "./key.ts";
import { stripControls } from "./sanitize.ts";

/** The text being written, and what the keys need to remember. */
export interface Composer extends draft.Draft {
  readonly history: History;
  /** What was cut last, for Ctrl-Y. */
  readonly killed: string;
  /** Whether the last key cut too: then the next cut adds to it. */
  readonly killing: boolean;
  /** Set while Tab goes through the ways to complete a word. */
  readonly completion: Completion | undefined;
}

/** What a key may depend on besides the composer. */
export interface ComposerOptions extends Vocabulary {
  /** Longest text, in bytes of UTF-8; what does not fit is not taken. */
  readonly maxBytes: number;
}

/** Nothing written yet. */
export const EMPTY_COMPOSER: Composer = {
  text: "",
  cursor: 0,
  history: NO_HISTORY,
  killed: "",
  killing: false,
  completion: undefined,
};

type Edit = (composer: Composer, options: ComposerOptions) => Composer;
type Place = (draft: draft.Draft) => number;

const toLineEndOrBreak: Place = (from) => (
  draft.toLineEnd(from) === from.cursor
    ? draft.toRight(from)
    : draft.toLineEnd(from)
);

const KEYS: ReadonlyMap<string, Edit> = new Map([
  ["left", moveTo(draft.toLeft)],
  ["ctrl-b", moveTo(draft.toLeft)],
  ["right", moveTo(draft.toRight)],
  ["ctrl-f", moveTo(draft.toRight)],
  ["ctrl-left", moveTo(draft.toWordLeft)],
  ["alt-left", moveTo(draft.toWordLeft)],
  ["alt-b", moveTo(draft.toWordLeft)],
  ["ctrl-right", moveTo(draft.toWordRight)],
  ["alt-right", moveTo(draft.toWordRight)],
  ["alt-f", moveTo(draft.toWordRight)],
  ["home", moveTo(draft.toLineStart)],
  ["ctrl-a", moveTo(draft.toLineStart)],
  ["end", moveTo(draft.toLineEnd)],
  ["ctrl-e", moveTo(draft.toLineEnd)],
  ["backspace", deleteTo(draft.toLeft)],
  ["ctrl-h", deleteTo(draft.toLeft)],
  ["delete", deleteTo(draft.toRight)],
  ["ctrl-d", deleteTo(draft.toRight)],
  ["ctrl-u", killTo(draft.toLineStart)],
  ["ctrl-k", killTo(toLineEndOrBreak)],
  ["ctrl-w", killTo(draft.toSpaceLeft)],
  ["alt-backspace", killTo(draft.toWordLeft)],
  ["alt-d", killTo(draft.toWordRight)],
  ["ctrl-y", (composer, options) => insert(composer, composer.killed, options)],
  ["ctrl-t", (composer) => edited(composer, draft.transpose(composer))],
  ["alt-enter", (composer, options) => insert(composer, "\n", options)],
  ["up", (composer) => goUp(composer)],
  ["down", (composer) => goDown(composer)],
  ["tab", complete],
]);

/**
 * Applies one key. Returns the same object when the key has no meaning here or
 * its text does not fit. `enter` and what quits are the caller's business.
 */
export function press(
  composer: Composer,
  key: Key,
  options: ComposerOptions,
): Composer {
  switch (key.kind) {
    case "press":
      return KEYS.get(key.name)?.(composer, options) ?? composer;
    case "text":
      return insert(composer, stripControls(key.text), options);
    case "paste": {
      const text = stripControls(key.text).replace(/\n+$/, "");
      return insert(composer, text, options);
    }
    case "overlong_paste":
      return composer;
  }
}

/** Takes the text out and remembers it; what remains is an empty composer. */
export function submit(composer: Composer): { text: string; rest: Composer } {
  const { text, history, killed } = composer;
  const rest = { ...EMPTY_COMPOSER, killed, history: remember(history, text) };
  return { text, rest };
}

/** Puts `text` in place of what is written, the cursor at its end. */
export function replaceText(composer: Composer, text: string): Composer {
  return edited(composer, { text, cursor: text.length });
}

function moveTo(place: Place): Edit {
  return (composer) => edited(composer, { cursor: place(composer) });
}

function deleteTo(place: Place): Edit {
  return (composer) => cut(composer, place(composer));
}

function killTo(place: Place): Edit {
  return (composer) => {
    const { text, cursor, killing } = composer;
    const target = place(composer);
    const next = cut(composer, target);
    if (next === composer) return composer;
    const kept = killing ? composer.killed : "";
    const killed = target < cursor
      ? text.slice(target, cursor) + kept
      : kept + text.slice(cursor, target);
    return { ...next, killed, killing: true };
  };
}

function cut(composer: Composer, place: number): Composer {
  const from = Math.min(composer.cursor, place);
  const to = Math.max(composer.cursor, place);
  return edited(composer, draft.splice(composer, { from, to, text: "" }));
}

function insert(
  composer: Composer,
  text: string,
  { maxBytes }: ComposerOptions,
): Composer {
  if (utf8Length(composer.text) + utf8Length(text) > maxBytes) return composer;
  const place = { from: composer.cursor, to: composer.cursor };
  return edited(composer, draft.splice(composer, { ...place, text }));
}

function goUp(composer: Composer): Composer {
  const cursor = draft.toLineAbove(composer);
  return cursor === undefined
    ? recallEntry(composer, -1)
    : edited(composer, { cursor });
}

function goDown(composer: Composer): Composer {
  const cursor = draft.toLineBelow(composer);
  return cursor === undefined
    ? recallEntry(composer, 1)
    : edited(composer, { cursor });
}

function recallEntry(composer: Composer, step: -1 | 1): Composer {
  const found = recall(composer.history, composer.text, step);
  if (found === undefined) return composer;
  return { ...replaceText(composer, found.text), history: found.history };
}

function complete(composer: Composer, options: ComposerOptions): Composer {
  const { text, cursor, completion: last } = composer;
  const completion = last === undefined
    ? completionsOf(text.slice(0, cursor), options)
    : { ...last, index: (last.index + 1) % last.words.length };
  const word = stripControls(completion?.words[completion.index] ?? "");
  if (completion === undefined) return composer;
  if (utf8Length(text) + utf8Length(word) > options.maxBytes) return composer;
  const place = { from: completion.start, to: cursor, text: word };
  return edited(composer, { ...draft.splice(composer, place), completion });
}

/** Applies a change, unless it leaves text and cursor as they are. */
function edited(composer: Composer, change: Partial<Composer>): Composer {
  const next = {
    ...composer,
    killing: false,
    completion: undefined,
    ...change,
  };
  const same = next.text === composer.text && next.cursor === composer.cursor;
  return same ? composer : next;
}
