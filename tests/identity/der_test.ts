import fc from "fast-check";
import {
  DerReader,
  encodeDer,
  encodeDerInteger,
  TAG,
} from "../../lib/identity/der.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

for (const length of [0, 1, 127, 128, 255, 256, 65_535]) {
  Deno.test(`DerReader.take() is the inverse of encodeDer() at ${length} bytes`, () => {
    const content = new Uint8Array(length).fill(7);
    const reader = new DerReader(encodeDer(TAG.octetString, content));
    assertEquals(reader.take(TAG.octetString), content);
    reader.finish();
  });
}

Deno.test("encodeDer() refuses more than its lengths can say", () => {
  const content = new Uint8Array(65_536);
  assertThrows(() => encodeDer(TAG.octetString, content), RangeError);
});

Deno.test("DerReader.takeInteger() is the inverse of encodeDerInteger()", () => {
  const edges = [0, 127, 128, 255, 256, 32_767, 32_768, 2 ** 31 - 1];
  const value = fc.oneof(fc.constantFrom(...edges), fc.nat());
  fc.assert(fc.property(value, (number) => {
    const reader = new DerReader(encodeDerInteger(number));
    assertEquals(reader.takeInteger(), number);
    reader.finish();
  }));
});

const malformed = {
  "nothing": "",
  "another tag": "020100",
  "no length": "04",
  "no content": "0401",
  "content cut short": "040200",
  "an indefinite length": "04800000",
  "a length in three bytes": "0483000001ff",
  "a long length that fits in one byte": "048101ff",
  "a longer length that fits in one byte": "0482000100",
  "a long length cut short": "048201",
};
for (const [what, hex] of Object.entries(malformed)) {
  Deno.test(`DerReader.take() refuses ${what}`, () => {
    const reader = new DerReader(Uint8Array.fromHex(hex));
    const read = (): unknown => reader.take(TAG.octetString);
    assertRefuses("CHAT_IDENTITY_DAMAGED", read);
  });
}

const integers = {
  "no content": "0200",
  "a negative number": "0201ff",
  "a needless zero": "02020001",
  "2^31": "02050080000000",
};
for (const [what, hex] of Object.entries(integers)) {
  Deno.test(`DerReader.takeInteger() refuses ${what}`, () => {
    const reader = new DerReader(Uint8Array.fromHex(hex));
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => reader.takeInteger());
  });
}

Deno.test("DerReader.finish() refuses what was not read", () => {
  const reader = new DerReader(Uint8Array.of(5, 0, 5));
  reader.take(TAG.null);
  assertRefuses("CHAT_IDENTITY_DAMAGED", () => reader.finish(), "1 trailing");
});
