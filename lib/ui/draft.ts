/** A text being written. */
export interface Draft {
  readonly text: string;
  /** Offset in UTF-16 units, always on a grapheme border. */
  readonly cursor: number;
}

const byGrapheme = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const byWord = new Intl.Segmenter(undefined, { granularity: "word" });

/** One grapheme to the left of the cursor. */
export function toLeft({ text, cursor }: Draft): number {
  return cursor === 0 ? 0 : graphemeStart(text, cursor - 1);
}

/** One grapheme to the right of the cursor. */
export function toRight({ text, cursor }: Draft): number {
  return cursor === text.length ? cursor : graphemeEnd(text, cursor);
}

/** The start of the word the cursor is in or after (UAX #29). */
export function toWordLeft({ text, cursor }: Draft): number {
  const segments = byWord.segment(text);
  let at = cursor;
  while (at > 0) {
    const segment = segments.containing(at - 1);
    if (segment === undefined) return 0;
    at = segment.index;
    if (segment.isWordLike) return at;
  }
  return 0;
}

/** The end of the word the cursor is in or before (UAX #29). */
export function toWordRight({ text, cursor }: Draft): number {
  const segments = byWord.segment(text);
  let at = cursor;
  while (at < text.length) {
    const segment = segments.containing(at);
    if (segment === undefined) return text.length;
    at = segment.index + segment.segment.length;
    if (segment.isWordLike) return at;
  }
  return text.length;
}

/** The start of what stands before the cursor without a space. */
export function toSpaceLeft({ text, cursor }: Draft): number {
  const before = text.slice(0, cursor).trimEnd();
  return Math.max(0, before.search(/\S+$/));
}

/** The start of the line the cursor is in. */
export function toLineStart({ text, cursor }: Draft): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

/** The end of the line the cursor is in. */
export function toLineEnd({ text, cursor }: Draft): number {
  const end = text.indexOf("\n", cursor);
  return end === -1 ? text.length : end;
}

/** The same place one line up, or undefined in the first line. */
export function toLineAbove(draft: Draft): number | undefined {
  const start = toLineStart(draft);
  if (start === 0) return undefined;
  const above = { text: draft.text, cursor: start - 1 };
  return sameColumn(draft, toLineStart(above), start - 1);
}

/** The same place one line down, or undefined in the last line. */
export function toLineBelow(draft: Draft): number | undefined {
  const end = toLineEnd(draft);
  if (end === draft.text.length) return undefined;
  const below = { text: draft.text, cursor: end + 1 };
  return sameColumn(draft, end + 1, toLineEnd(below));
}

/** Replaces `from` to `to` by `text` and leaves the cursor after it. */
export function splice(
  draft: Draft,
  { from, to, text }: { from: number; to: number; text: string },
): Draft {
  const before = draft.text.slice(0, from) + text;
  const whole = before + draft.text.slice(to);
  return { text: whole, cursor: onBorder(whole, before.length) };
}

/** Swaps the graphemes around the cursor, or the last two at the end. */
export function transpose(draft: Draft): Draft {
  const { text } = draft;
  const right = toLineEnd(draft) === draft.cursor
    ? draft.cursor
    : toRight(draft);
  const middle = toLeft({ text, cursor: right });
  const left = toLeft({ text, cursor: middle });
  const swapped = text.slice(middle, right) + text.slice(left, middle);
  if (left === middle || swapped.includes("\n")) return draft;
  return splice(draft, { from: left, to: right, text: swapped });
}

function sameColumn(draft: Draft, start: number, end: number): number {
  const column = draft.cursor - toLineStart(draft);
  return onBorder(draft.text, Math.min(start + column, end));
}

/** `at`, or the end of the grapheme it is inside of. */
function onBorder(text: string, at: number): number {
  if (at === 0 || at >= text.length) return Math.min(at, text.length);
  return graphemeStart(text, at) === at ? at : graphemeEnd(text, at);
}

function graphemeStart(text: string, at: number): number {
  return byGrapheme.segment(text).containing(at)?.index ?? at;
}

function graphemeEnd(text: string, at: number): number {
  const found = byGrapheme.segment(text).containing(at);
  return found === undefined ? text.length : found.index + found.segment.length;
}
