import stringWidth from "string-width";

const byGrapheme = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const PRINTABLE_ASCII = /^[ -~]*$/;

/** Splits `text` into what a reader counts as characters (UAX #29). */
export function graphemes(text: string): readonly string[] {
  if (PRINTABLE_ASCII.test(text)) return text.split("");
  return Array.from(byGrapheme.segment(text), ({ segment }) => segment);
}

/**
 * Columns `text` takes in a terminal that knows graphemes. Others differ for
 * some emoji and scripts, so nothing may break when this is wrong.
 */
export function textWidth(text: string): number {
  return stringWidth(text, { countAnsiEscapeCodes: true });
}

/**
 * Columns `grapheme` takes at most, in terminals that know graphemes and in those
 * that draw each code point on its own: a family of emoji is two or eight wide.
 */
export function widestWidth(grapheme: string): number {
  const known = textWidth(grapheme);
  if (grapheme.length === 1) return known;
  let apart = 0;
  for (const character of grapheme) apart += textWidth(character);
  return Math.max(known, apart);
}

/** Shortens `text` to at most `columns`, the last of them an ellipsis. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = "";
  let used = 1; // the ellipsis
  for (const grapheme of graphemes(text)) {
    used += textWidth(grapheme);
    if (used > columns) break;
    kept += grapheme;
  }
  return columns > 0 ? kept + "…" : "";
}
