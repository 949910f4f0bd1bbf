import fc from "fast-check";
import {
  KEY_LIMITS,
  MAX_KEY_BYTES,
  MAX_RECORDS,
  RecordCounter,
} from "../../lib/channel/record_counter.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("KEY_LIMITS are 2^24 records and 64 GiB", () => {
  assertEquals(MAX_RECORDS, 16_777_216);
  assertEquals(MAX_KEY_BYTES, 64 * 1024 ** 3);
  assertEquals(KEY_LIMITS, { records: MAX_RECORDS, bytes: MAX_KEY_BYTES });
});

Deno.test("RecordCounter.claim() XORs the sequence number into the end of the IV", () => {
  const iv = Uint8Array.fromHex("0102030405060708090a0b0c");
  const counter = new RecordCounter(iv);
  assertEquals(counter.claim(0).toHex(), "0102030405060708090a0b0c");
  assertEquals(counter.claim(0).toHex(), "0102030405060708090a0b0d");
  for (let i = 2; i < 256; i++) counter.claim(0);
  assertEquals(counter.claim(0).toHex(), "0102030405060708090a0a0c");
  assertEquals(iv.toHex(), "0102030405060708090a0b0c");
});

Deno.test("RecordCounter.claim() never returns a nonce twice", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (iv) => {
      const counter = new RecordCounter(iv.slice());
      const nonces = Array.from(
        { length: 1000 },
        () => counter.claim(0).toHex(),
      );
      assertEquals(new Set(nonces).size, nonces.length);
    }),
    { numRuns: 20 },
  );
});

Deno.test("RecordCounter counts records and their bytes", () => {
  const counter = new RecordCounter(new Uint8Array(12));
  counter.claim(256);
  counter.claim(65_536);
  assertEquals([counter.records, counter.bytes], [2, 65_792]);
});
