import type { Bytes } from "../bytes.ts";

/**
 * Bounds of {@linkcode chiSquare} for random bytes: it is distributed as chi
 * square with 255 degrees of freedom, below the lower and above the upper bound
 * once in 10^9 times each.
 */
export const UNIFORM_CHI_SQUARE = { min: 142, max: 415 } as const;

/** Fewer bytes tell nothing: five are expected of each value then. */
export const MIN_SAMPLE_BYTES = 5 * 256;

/** How often each of the 256 values occurs. */
export function histogram(bytes: Bytes): readonly number[] {
  const counts = Array<number>(256).fill(0);
  for (const value of bytes) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Pearson's statistic against equal frequencies; 255 is what to expect. */
export function chiSquare(counts: readonly number[]): number {
  const expected = sum(counts) / counts.length;
  return sum(counts.map((count) => (count - expected) ** 2 / expected));
}

/** Shannon entropy in bits per byte, as the frequencies suggest it. */
export function entropy(counts: readonly number[]): number {
  const total = sum(counts);
  return sum(
    counts.map((count) =>
      count === 0 ? 0 : -count / total * Math.log2(count / total)
    ),
  );
}

/** Whether bytes counted like this cannot be told from random ones. */
export function looksUniform(counts: readonly number[]): boolean {
  const statistic = chiSquare(counts);
  return sum(counts) >= MIN_SAMPLE_BYTES &&
    statistic >= UNIFORM_CHI_SQUARE.min && statistic <= UNIFORM_CHI_SQUARE.max;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
