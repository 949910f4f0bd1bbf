import { utf8 } from "../../lib/bytes.ts";
import {
  chiSquare,
  entropy,
  histogram,
  looksUniform,
  MIN_SAMPLE_BYTES,
} from "../../lib/lab/uniformity.ts";
import { assert, assertEquals } from "../support/assert.ts";

const even = Uint8Array.from({ length: 2560 }, (_, i) => i & 0xff);

Deno.test("histogram() counts every byte once", () => {
  const counts = histogram(utf8("abca"));
  assertEquals([counts[97], counts[98], counts[99], counts[100]], [2, 1, 1, 0]);
  assertEquals(counts.length, 256);
});

Deno.test("entropy() is 8 bits for equal frequencies and 0 for one value", () => {
  assertEquals(entropy(histogram(even)), 8);
  assertEquals(entropy(histogram(new Uint8Array(9))), 0);
  assertEquals(entropy(histogram(Uint8Array.of(0, 1, 2, 3))), 2);
});

Deno.test("chiSquare() is zero for equal and large for one frequency", () => {
  assertEquals(chiSquare(histogram(even)), 0);
  assertEquals(chiSquare(histogram(new Uint8Array(256))), 255 * 256);
});

Deno.test("looksUniform() takes random bytes of any length it accepts", () => {
  for (const length of [MIN_SAMPLE_BYTES, 10_000, 60_000]) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assert(looksUniform(histogram(bytes)));
  }
});

Deno.test("looksUniform() refuses text, counters, a bias and few bytes", () => {
  const random = crypto.getRandomValues(new Uint8Array(20_000));
  const text = utf8("Which harbour at seven? ".repeat(500));
  assert(!looksUniform(histogram(text)));
  assert(!looksUniform(histogram(text.map((value) => value ^ 0xa5))));
  assert(!looksUniform(histogram(even)));
  assert(!looksUniform(histogram(random.map((value, i) => i % 9 ? value : 0))));
  assert(!looksUniform(histogram(random.slice(0, MIN_SAMPLE_BYTES - 1))));
});
