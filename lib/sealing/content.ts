import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { codecOf } from "../protocol/codec.ts";
import {
  key,
  list,
  type MessageOf,
  type Schema,
  text,
  uint,
  word,
} from "../protocol/field.ts";
import {
  MAX_MESSAGE_BYTES,
  MAX_NAME_BYTES,
  MAX_TEXT_BYTES,
  MAX_TOPIC_BYTES,
} from "../protocol/limits.ts";
import { utf8Length, whyTextInvalid } from "../protocol/text.ts";
import type { SharedLine } from "../room/sealed_rooms.ts";
import { whyNotSealedName } from "../sealed/credential.ts";
import { MAX_BODY_BYTES } from "../sealed/limits.ts";

/** Most lines in one `past`; more follow in another one. */
export const MAX_PAST_LINES = 256;

/** Bytes of a line besides its texts, and of what is around all of them, at most. */
const LINE_BYTES = 64;

/**
 * What a sealed message says, in the CBOR of the protocol; docs/sealed.md says
 * what it means. Append-only: a number never gets another meaning.
 */
export const CONTENTS = {
  say: { tag: 1, fields: { text: text(MAX_TEXT_BYTES) } },
  act: { tag: 2, fields: { text: text(MAX_TEXT_BYTES) } },
  /** The room has another topic; none any more when the text is empty. */
  title: { tag: 3, fields: { text: text(MAX_TOPIC_BYTES) } },
  /** What was said before, oldest first: the word of who shares it. */
  past: {
    tag: 4,
    fields: {
      lines: list(MAX_PAST_LINES, {
        kind: word(["said", "did"]),
        at: uint,
        name: text(MAX_NAME_BYTES),
        fingerprint: key,
        text: text(MAX_TEXT_BYTES),
      }),
    },
  },
} as const satisfies Schema;

/** What a sealed message says. */
export type Content = MessageOf<typeof CONTENTS>;

const codec = codecOf(CONTENTS);

/**
 * Encodes what is to be sealed, at most `MAX_BODY_BYTES`.
 *
 * @throws {ChatError} `CHAT_MESSAGE_INVALID` when it is more, or a text breaks the
 * rules: members would not show it.
 */
export function encodeContent(content: Content): Bytes {
  const why = whyInvalid(content);
  if (why !== undefined) throw invalid(why);
  const bytes = codec.encode(content);
  if (bytes.length > MAX_BODY_BYTES) throw invalid(TOO_LONG);
  return bytes;
}

/** Inverse of {@linkcode encodeContent}; `undefined` for anything else. */
export function decodeContent(bytes: Uint8Array): Content | undefined {
  if (bytes.length > MAX_BODY_BYTES) return undefined;
  try {
    const content = codec.decode(bytes);
    return whyInvalid(content) === undefined ? content : undefined;
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}

/** Puts lines, oldest first, into as many contents as it takes. */
export function pastContents(lines: readonly SharedLine[]): Content[] {
  const groups: SharedLine[][] = [];
  let size = Infinity;
  for (const line of lines) {
    size += sizeOf(line);
    const group = groups.at(-1) ?? [];
    if (size > MAX_BODY_BYTES || group.length >= MAX_PAST_LINES) {
      groups.push([line]);
      size = LINE_BYTES + sizeOf(line);
    } else {
      group.push(line);
    }
  }
  return groups.map((lines) => ({ kind: "past", lines }));
}

const TOO_LONG = `it is longer than ${MAX_BODY_BYTES} bytes`;

// C0, DEL and C1 controls: a topic is one line.
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

function whyInvalid(content: Content): string | undefined {
  switch (content.kind) {
    case "say":
    case "act":
      return whyTextInvalid(content.text) ?? undefined;
    case "title":
      return whyTopicInvalid(content.text);
    case "past":
      return whyPastInvalid(content.lines);
  }
}

function whyTopicInvalid(topic: string): string | undefined {
  if (!topic.isWellFormed()) return "it is not well-formed Unicode";
  if (utf8Length(topic) > MAX_TOPIC_BYTES) {
    return `it is longer than ${MAX_TOPIC_BYTES} bytes`;
  }
  return CONTROL.test(topic) ? "it contains control characters" : undefined;
}

/** Sizes are added up first: what is far too long is not even encoded. */
function whyPastInvalid(lines: readonly SharedLine[]): string | undefined {
  if (lines.length === 0) return "it has no lines";
  if (lines.length > MAX_PAST_LINES) return "it has too many lines";
  let size = 0;
  for (const line of lines) {
    size += sizeOf(line);
    const why = whyTextInvalid(line.text) ?? whyNotSealedName(line.name);
    if (why !== undefined) return `in one of its lines, ${why}`;
  }
  return size > MAX_MESSAGE_BYTES ? TOO_LONG : undefined;
}

function sizeOf({ name, text }: SharedLine): number {
  return LINE_BYTES + utf8Length(name) + utf8Length(text);
}

function invalid(why: string): ChatError {
  return new ChatError("CHAT_MESSAGE_INVALID", `Cannot send message: ${why}`);
}
