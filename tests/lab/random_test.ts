import fc from "fast-check";
import {
  below,
  madeUpWord,
  pick,
  seeded,
  shuffled,
} from "../../lib/lab/random.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("seeded() gives the same numbers for the same seed, and others for another", () => {
  const numbers = (seed: number) => Array.from({ length: 9 }, seeded(seed));
  assertEquals(numbers(7), numbers(7));
  assert(numbers(7).join() !== numbers(8).join());
});

Deno.test("seeded() spreads evenly from 0 to below 1", () => {
  const random = seeded(3);
  const counts = Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const at = below(10, random);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  for (const count of counts) assert(count > 850 && count < 1150);
});

Deno.test("shuffled() loses nothing and doubles nothing", () => {
  fc.assert(fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
    const sorted = (numbers: readonly number[]) => numbers.toSorted();
    assertEquals(sorted(shuffled(items, seeded(seed))), sorted(items));
  }));
});

Deno.test("pick() refuses to pick from nothing", () => {
  assertEquals(pick(["a"], seeded(1)), "a");
  assertThrows(() => pick([], seeded(1)), RangeError);
});

Deno.test("madeUpWord() makes ten letters that were hardly made before", () => {
  const words = Array.from({ length: 50 }, () => madeUpWord());
  for (const word of words) assert(/^[a-z]{10}$/.test(word), word);
  assertEquals(new Set(words).size, 50);
});
