import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const BYTES = Uint8Array.from({ length: 15 }, (_, i) => i + 1);

/** Reads the same fifteen bytes in every way there is. */
const READS = {
  "take()": { length: 3, read: (reader: ByteReader) => reader.take(3) },
  "u8()": { length: 1, read: (reader: ByteReader) => reader.u8() },
  "u16()": { length: 2, read: (reader: ByteReader) => reader.u16() },
  "u32()": { length: 4, read: (reader: ByteReader) => reader.u32() },
  "u64()": { length: 8, read: (reader: ByteReader) => reader.u64() },
} as const;

for (const [name, { length, read }] of Object.entries(READS)) {
  Deno.test(`ByteReader.${name} refuses to read when bytes are missing`, () => {
    for (let held = 0; held < length; held++) {
      const reader = new ByteReader(new Uint8Array(held), "test");
      assertRefuses(
        "CHAT_WIRE_MALFORMED",
        () => read(reader),
        `Cannot decode test: need ${length} bytes, got ${held}`,
      );
    }
    read(new ByteReader(new Uint8Array(length), "test"));
  });
}

Deno.test("ByteReader reads big-endian fields in order when they follow each other", () => {
  const reader = new ByteReader(BYTES, "test");
  assertEquals(reader.u8(), 0x01);
  assertEquals(reader.u16(), 0x0203);
  assertEquals(reader.u32(), 0x04050607);
  assertEquals(reader.take(2), Uint8Array.of(8, 9));
  assertEquals(reader.rest(), Uint8Array.of(10, 11, 12, 13, 14, 15));
  reader.finish();
});

Deno.test("ByteReader.u64() reads up to 2^53 - 1 and refuses what is above", () => {
  const largest = Uint8Array.fromHex("001fffffffffffff");
  assertEquals(new ByteReader(largest, "t").u64(), Number.MAX_SAFE_INTEGER);
  for (const above of ["0020000000000000", "ffffffffffffffff"]) {
    assertRefuses(
      "CHAT_WIRE_MALFORMED",
      () => new ByteReader(Uint8Array.fromHex(above), "test").u64(),
      "above 2^53 - 1",
    );
  }
});

Deno.test("ByteReader reads only its own part when it is given a view", () => {
  const reader = new ByteReader(BYTES.subarray(4, 6), "test");
  assertEquals(reader.u16(), 0x0506);
  assertRefuses("CHAT_WIRE_MALFORMED", () => reader.u8());
});

Deno.test("ByteReader.take() copies when the input is overwritten afterwards", () => {
  const bytes = BYTES.slice();
  const field = new ByteReader(bytes, "test").take(2);
  bytes.fill(0);
  assertEquals(field, Uint8Array.of(1, 2));
});

Deno.test("ByteReader.finish() refuses bytes that are left over", () => {
  const reader = new ByteReader(Uint8Array.of(1, 2), "test");
  reader.u8();
  assertRefuses("CHAT_WIRE_MALFORMED", () => reader.finish(), "1 trailing");
});
