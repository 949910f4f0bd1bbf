/**
 * Scripts in daily use (UAX #31 table 5), one set a line; a name may draw on one
 * set. The first three are what UTS #39 section 5.2 calls highly restrictive.
 */
const SCRIPT_SETS = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
  ["Arabic"],
  ["Armenian"],
  ["Bengali"],
  ["Cyrillic"],
  ["Devanagari"],
  ["Ethiopic"],
  ["Georgian"],
  ["Greek"],
  ["Gujarati"],
  ["Gurmukhi"],
  ["Hebrew"],
  ["Kannada"],
  ["Khmer"],
  ["Lao"],
  ["Malayalam"],
  ["Myanmar"],
  ["Oriya"],
  ["Sinhala"],
  ["Tamil"],
  ["Telugu"],
  ["Thaana"],
  ["Thai"],
  ["Tibetan"],
];

const CLASSES = SCRIPT_SETS.map((set) =>
  [...set, "Common", "Inherited"].map((script) => `\\p{scx=${script}}`).join("")
);
const WITHIN = CLASSES.map((inside) => new RegExp(`^[${inside}]*$`, "u"));
const OUTSIDE = CLASSES.map((inside) => new RegExp(`[^${inside}]`, "gu"));

/** Whether the scripts of `text` are ones that people write together. */
export function isHighlyRestrictive(text: string): boolean {
  return WITHIN.some((pattern) => pattern.test(text));
}

/** As much of `text` as one set of scripts has. */
export function keepMainScript(text: string): string {
  return OUTSIDE.map((pattern) => text.replaceAll(pattern, ""))
    .reduce((best, rest) => rest.length > best.length ? rest : best, "");
}
