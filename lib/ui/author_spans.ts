import type { Author } from "../protocol/entry.ts";
import { MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { hueOf, type Marks } from "./marks.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Span } from "./style.ts";
import type { Trust } from "./verification.ts";
import { graphemes } from "./width.ts";

/** Stands between a name and its mark; names hold no such character. */
export const MARK_SEPARATOR = "·";

/** Behind the mark of somebody who was verified. */
export const VERIFIED_SIGN = "✓";
/** Behind the mark of somebody whose name is known to be another key's. */
export const CHANGED_SIGN = "[OTHER KEY]";

/** What a name could pretend more with than it is; members of sealed rooms choose theirs. */
const PRETENDING = new RegExp(`[\\s${MARK_SEPARATOR}✓✔☑✅🗸🗹]`, "gv");

/** A name, safe to show; never empty and never long. */
export function shownName(author: Author): string {
  const name = sanitizeLine(author.name).replaceAll(PRETENDING, ".");
  return graphemes(name).slice(0, MAX_NAME_GRAPHEMES).join("") || "?";
}

/**
 * A name in its own colour and its mark, such as `alice·x7Kp`, or `alice·x7Kp✓`
 * when she was verified.
 */
export function authorSpans(
  author: Author,
  marks: Marks,
  style: { readonly bold?: boolean; readonly dim?: boolean } = {},
): Span[] {
  const hue = hueOf(author.fingerprint);
  const mark = MARK_SEPARATOR + marks.of(author.fingerprint);
  return [
    { ...style, hue, text: shownName(author) },
    { dim: true, text: mark },
    ...trustSpans(marks.judge(author)),
  ];
}

function trustSpans(trust: Trust): Span[] {
  switch (trust) {
    case "verified":
      return [{ bold: true, text: VERIFIED_SIGN }];
    case "changed":
      return [{ alarm: true, text: CHANGED_SIGN }];
    case "unverified":
      return [];
  }
}
