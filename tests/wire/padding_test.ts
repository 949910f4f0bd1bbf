import fc from "fast-check";
import { isRecordLength, RECORD_OVERHEAD_BYTES } from "../../lib/wire/frame.ts";
import { MAX_PLAINTEXT_BYTES } from "../../lib/wire/message.ts";
import {
  isPaddedLength,
  paddedLength,
  PADDING_FLOOR_BYTES,
} from "../../lib/wire/padding.ts";
import { assert, assertEquals } from "../support/assert.ts";
import vectors from "../vectors/padding.json" with { type: "json" };

/**
 * The formula of the paper (Nikitin et al., PETS 2019, algorithm 1), in its
 * own letters: as many low bits as log2(L) - log2(log2(L)) - 1 are cleared.
 */
function padme(L: number): number {
  const E = Math.floor(Math.log2(L));
  const S = Math.floor(Math.log2(E)) + 1;
  const step = 2 ** (E - S);
  return Math.ceil(L / step) * step;
}

const LENGTH = fc.integer({ min: 0, max: MAX_PLAINTEXT_BYTES });

Deno.test("paddedLength() follows the paper's formula at every length a record has, with a floor of 256", () => {
  for (let length = 0; length <= MAX_PLAINTEXT_BYTES; length++) {
    const expected = length <= 256 ? 256 : padme(length);
    if (paddedLength(length) !== expected) {
      assertEquals([length, paddedLength(length)], [length, expected]);
    }
  }
});

Deno.test("paddedLength() never shrinks, and grows with the length", () => {
  fc.assert(fc.property(LENGTH, LENGTH, (a, b) => {
    const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
    assert(paddedLength(shorter) >= shorter);
    assert(paddedLength(shorter) <= paddedLength(longer));
  }));
});

Deno.test("paddedLength() is its own result when applied again", () => {
  fc.assert(fc.property(LENGTH, (length) => {
    assertEquals(paddedLength(paddedLength(length)), paddedLength(length));
    assert(isPaddedLength(paddedLength(length)));
  }));
});

Deno.test("paddedLength() costs at most 12 % above the floor and never exceeds a record", () => {
  fc.assert(fc.property(LENGTH, (length) => {
    const padded = paddedLength(length);
    assert(padded >= PADDING_FLOOR_BYTES);
    assert(padded <= MAX_PLAINTEXT_BYTES);
    if (length > PADDING_FLOOR_BYTES) assert(padded <= 1.12 * length);
  }));
});

Deno.test("paddedLength() agrees with the published vectors", () => {
  for (const { length, padded } of vectors.padded) {
    assertEquals(paddedLength(length), padded);
  }
});

Deno.test("isRecordLength() accepts exactly the published sizes of records", () => {
  const accepted: number[] = [];
  for (let length = 0; length <= MAX_PLAINTEXT_BYTES + 100_000; length++) {
    if (isRecordLength(length)) accepted.push(length);
  }
  assertEquals(accepted, vectors.record_lengths);
  assertEquals(accepted[0], PADDING_FLOOR_BYTES + RECORD_OVERHEAD_BYTES);
  assertEquals(accepted.at(-1), MAX_PLAINTEXT_BYTES + RECORD_OVERHEAD_BYTES);
});

Deno.test("isRecordLength() refuses lengths that a record never has", () => {
  const refused = [
    0,
    1,
    RECORD_OVERHEAD_BYTES - 1,
    RECORD_OVERHEAD_BYTES, // no plaintext
    PADDING_FLOOR_BYTES, // no tag
    PADDING_FLOOR_BYTES + RECORD_OVERHEAD_BYTES + 1,
    MAX_PLAINTEXT_BYTES + RECORD_OVERHEAD_BYTES + 1,
    paddedLength(MAX_PLAINTEXT_BYTES + 1) + RECORD_OVERHEAD_BYTES,
    2 ** 31,
    2 ** 32 - 1,
  ];
  for (const length of refused) assert(!isRecordLength(length), `${length}`);
});
