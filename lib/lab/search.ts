import type { Bytes } from "../bytes.ts";
import { fold, latin1 } from "./latin1.ts";
import type { Needle } from "./needles.ts";

/** A secret that was seen. */
export interface Finding {
  readonly needle: Needle;
  /** Where it starts, in bytes. */
  readonly offset: number;
}

/** The first place of every needle that occurs in `haystack`. */
export function findNeedles(
  haystack: Bytes,
  needles: readonly Needle[],
): Finding[] {
  const exact = latin1(haystack);
  const folded = fold(exact);
  return needles.flatMap((needle) => {
    const text = needle.folded ? folded : exact;
    const offset = text.indexOf(needle.pattern);
    return offset < 0 ? [] : [{ needle, offset }];
  });
}

/**
 * How many findings `length` random bytes are expected to yield by chance: the
 * false alarms of {@linkcode findNeedles} on perfect ciphertext.
 */
export function chanceFindings(
  length: number,
  needles: readonly Needle[],
): number {
  return needles.reduce((sum, { pattern, folded }) => {
    const letters = folded ? pattern.match(/[a-z]/g)?.length ?? 0 : 0;
    const places = Math.max(0, length - pattern.length + 1);
    return sum + places * 2 ** (letters - 8 * pattern.length);
  }, 0);
}
