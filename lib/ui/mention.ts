import type { Author } from "../protocol/entry.ts";
import { shownName } from "./author_spans.ts";
import type { Span } from "./style.ts";

/** Finds the name of `self` where it is a word of its own, in any case. */
export function mentionPattern(self: Author): RegExp {
  const word = String.raw`[\p{L}\p{M}\p{N}_]`;
  const name = RegExp.escape(shownName(self));
  return new RegExp(`(?<!${word})${name}(?!${word})`, "giv");
}

/** Splits `text`, already safe, so that what `pattern` finds stands out. */
export function mentionSpans(text: string, pattern: RegExp): Span[] {
  const spans: Span[] = [];
  let shown = 0;
  for (const { index, 0: name } of text.matchAll(pattern)) {
    if (index > shown) spans.push({ text: text.slice(shown, index) });
    spans.push({ text: name, reverse: true });
    shown = index + name.length;
  }
  if (shown < text.length) spans.push({ text: text.slice(shown) });
  return spans;
}
