/** A number from 0 to below 1. */
export type Random = () => number;

/** Chance that nobody can repeat. */
export const unrepeatable: Random = () => {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number / 2 ** 32;
};

/** The same numbers for the same seed: sfc32 (PractRand), never for secrets. */
export function seeded(seed: number): Random {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
  const next: Random = () => {
    const sum = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next(); // until the seed has spread
  return next;
}

/** A whole number from 0 to below `bound`. */
export function below(bound: number, random: Random): number {
  return Math.floor(random() * bound);
}

/** One of `items`, of which there is at least one. */
export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[below(items.length, random)];
  if (item === undefined) throw new RangeError("Cannot pick: there is nothing");
  return item;
}

const CONSONANTS = [..."bdfgklmnprstvz"];
const VOWELS = [..."aeiou"];

/**
 * Makes up a word of ten letters that can be pronounced, so that it neither is a
 * word of anybody nor occurs by chance in what is recorded.
 */
export function madeUpWord(random: Random = unrepeatable): string {
  return Array.from(
    { length: 5 },
    () => pick(CONSONANTS, random) + pick(VOWELS, random),
  ).join("");
}

/** The same items in any order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items.map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
