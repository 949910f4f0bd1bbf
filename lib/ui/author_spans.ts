import type { Author } from "../protocol/entry.ts";
import { MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { hueOf, type Marks } from "./marks.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Span } from "./style.ts";
import { graphemes } from "./width.ts";

/** Stands between a name and its mark; names hold no such character. */
export const MARK_SEPARATOR = "·";

/** A name, safe to show; never empty and never long. */
export function shownName(author: Author): string {
  const name = sanitizeLine(author.name).replaceAll(MARK_SEPARATOR, ".");
  return graphemes(name).slice(0, MAX_NAME_GRAPHEMES).join("") || "?";
}

/** A name in its own colour and its mark, such as `alice·x7Kp`. */
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
  ];
}
