import { ChatError } from "../../lib/errors.ts";
import { CborReader } from "../../lib/protocol/cbor_reader.ts";
import { MAX_MESSAGE_BYTES } from "../../lib/protocol/limits.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { assertMalformed } from "./malformed.ts";

type Read = (reader: CborReader) => unknown;
const uint: Read = (reader) => reader.uint();
const text: Read = (reader) => reader.text(100);
const optional: Read = (reader) => reader.optionalText(100);
const bytes: Read = (reader) => reader.bytes(2);
const optionalUint: Read = (reader) => reader.optionalUint();
const optionalBytes: Read = (reader) => reader.optionalBytes(2);
const someBytes: Read = (reader) => reader.someBytes(2);
const array: Read = (reader) => reader.array();
const flag: Read = (reader) => reader.flag();

const ACCEPTED: [string, Read, string, unknown][] = [
  ["the smallest integer", uint, "00", 0],
  ["an integer of 1 byte", uint, "1818", 24],
  ["an integer of 2 bytes", uint, "190100", 256],
  ["an integer of 4 bytes", uint, "1a00010000", 65536],
  ["the largest integer", uint, "1b001fffffffffffff", 2 ** 53 - 1],
  ["empty text", text, "60", ""],
  ["ASCII text", text, "63616263", "abc"],
  ["text beyond ASCII", text, "67c3bcf09f988021", "ü😀!"],
  ["a byte order mark", text, "64efbbbf61", "\ufeffa"],
  ["a replacement character", text, "63efbfbd", "\ufffd"],
  ["null", optional, "f6", null],
  ["text where null may be", optional, "6161", "a"],
  ["bytes", bytes, "420102", new Uint8Array([1, 2])],
  ["an integer where null may be", optionalUint, "1818", 24],
  ["null where an integer may be", optionalUint, "f6", null],
  ["bytes where null may be", optionalBytes, "420102", new Uint8Array([1, 2])],
  ["null where bytes may be", optionalBytes, "f6", null],
  ["no bytes where some may be", someBytes, "40", new Uint8Array(0)],
  ["as many bytes as may be", someBytes, "420102", new Uint8Array([1, 2])],
  ["an array's head", array, "83", 3],
  ["true", flag, "f5", true],
  ["false", flag, "f4", false],
];

for (const [what, read, hex, value] of ACCEPTED) {
  Deno.test(`CborReader reads ${what}`, () => {
    const reader = new CborReader(Uint8Array.fromHex(hex));
    assertEquals(read(reader), value);
    reader.finish();
  });
}

const REFUSED: [string, Read, string][] = [
  ["nothing", uint, ""],
  ["a head cut short", uint, "19"],
  ["an integer cut short", uint, "1901"],
  ["an integer in too many bytes (1)", uint, "1817"],
  ["an integer in too many bytes (2)", uint, "1900ff"],
  ["an integer in too many bytes (4)", uint, "1a0000ffff"],
  ["an integer in too many bytes (8)", uint, "1b00000000ffffffff"],
  ["an integer above 2^53 - 1", uint, "1b0020000000000000"],
  ["a bigint", uint, "c249010000000000000000"],
  ["a negative integer", uint, "20"],
  ["a reserved length", uint, "1c"],
  ["an integer as half float", uint, "f93c00"],
  ["an integer as single float", uint, "fa3f800000"],
  ["an integer as double float", uint, "fb3ff0000000000000"],
  ["NaN", uint, "f97e00"],
  ["infinity", uint, "f97c00"],
  ["a tagged integer", uint, "c101"],
  ["text where an integer belongs", uint, "6131"],
  ["null where an integer belongs", uint, "f6"],
  ["undefined where an integer belongs", uint, "f7"],
  ["a break where an integer belongs", uint, "ff"],
  ["text cut short", text, "636162"],
  ["a text length in too many bytes", text, "780161"],
  ["text of indefinite length", text, "7f6161ff"],
  ["text of 4 GiB", text, "7affffffff61"],
  ["text of 2^64 bytes", text, "7bffffffffffffffff61"],
  ["text that is too long", text, "7865" + "61".repeat(101)],
  ["a byte that is not UTF-8", text, "6261ff"],
  ["UTF-8 cut short", text, "61c3"],
  ["overlong UTF-8", text, "62c0af"],
  ["a surrogate in UTF-8", text, "63eda080"],
  ["UTF-8 above U+10FFFF", text, "64f4908080"],
  ["long text that is not UTF-8", text, "7828" + "61".repeat(39) + "80"],
  ["bytes where text belongs", text, "4161"],
  ["null where text belongs", text, "f6"],
  ["undefined where null may be", optional, "f7"],
  ["an integer where text or null may be", optional, "00"],
  ["optional text that is too long", optional, "7865" + "61".repeat(101)],
  ["too few bytes", bytes, "4101"],
  ["too many bytes", bytes, "43010203"],
  ["bytes cut short", bytes, "4201"],
  ["bytes of indefinite length", bytes, "5f420102ff"],
  ["a length in too many bytes", bytes, "58020102"],
  ["text where bytes belong", bytes, "626161"],
  ["an array of bytes where bytes belong", bytes, "820102"],
  ["text where an integer or null may be", optionalUint, "6131"],
  ["undefined where an integer may be", optionalUint, "f7"],
  ["a negative integer where null may be", optionalUint, "20"],
  ["too few bytes where null may be", optionalBytes, "4101"],
  ["too many bytes where null may be", optionalBytes, "43010203"],
  ["text where bytes or null may be", optionalBytes, "626161"],
  ["undefined where bytes may be", optionalBytes, "f7"],
  ["more bytes than there may be", someBytes, "43010203"],
  ["text where some bytes may be", someBytes, "6161"],
  ["null where some bytes may be", someBytes, "f6"],
  ["an array of indefinite length", array, "9f01ff"],
  ["a map where an array belongs", array, "a0"],
  ["a tag where an array belongs", array, "c080"],
  ["an array length in too many bytes", array, "980101"],
  ["an integer where a boolean belongs", flag, "01"],
  ["null where a boolean belongs", flag, "f6"],
  ["a boolean in two bytes", flag, "f815"],
];

for (const [what, read, hex] of REFUSED) {
  Deno.test(`CborReader refuses ${what}`, () => {
    assertMalformed(() => read(new CborReader(Uint8Array.fromHex(hex))));
  });
}

Deno.test("CborReader says so when its input ends too early", () => {
  const reader = new CborReader(new Uint8Array(0));
  assertThrows(() => reader.uint(), ChatError, "it ends too early");
});

Deno.test("CborReader.finish() refuses a trailing byte", () => {
  const reader = new CborReader(new Uint8Array([1, 0]));
  reader.uint();
  assertMalformed(() => reader.finish());
});

Deno.test("CborReader.done says whether nothing follows", () => {
  const reader = new CborReader(new Uint8Array([1, 2]));
  assertEquals(reader.done, false);
  reader.uint();
  assertEquals(reader.done, false);
  reader.uint();
  assertEquals(reader.done, true);
  assertEquals(new CborReader(new Uint8Array(0)).done, true);
});

Deno.test("CborReader.bytes() copies out of its input", () => {
  const input = new Uint8Array([0x42, 1, 2]);
  const copy = new CborReader(input).bytes(2);
  input.fill(9);
  assertEquals(copy, new Uint8Array([1, 2]));
});

Deno.test("CborReader refuses more bytes than a message may have", () => {
  new CborReader(new Uint8Array(MAX_MESSAGE_BYTES));
  assertMalformed(() => new CborReader(new Uint8Array(MAX_MESSAGE_BYTES + 1)));
});
