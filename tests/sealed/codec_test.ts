import fc from "fast-check";
import { decodeBody, encodeBody } from "../../lib/sealed/body.ts";
import { FieldReader } from "../../lib/sealed/field_reader.ts";
import { FieldWriter } from "../../lib/sealed/field_writer.ts";
import { MAX_BODY_BYTES, MAX_MLS_BYTES } from "../../lib/sealed/limits.ts";
import { decodeMls, encodeMls } from "../../lib/sealed/mls_codec.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const privateMessage = {
  groupId: new Uint8Array(32),
  epoch: 5n,
  contentType: "application",
  authenticatedData: new Uint8Array(0),
  encryptedSenderData: new Uint8Array(28),
  ciphertext: new Uint8Array(100),
} as const;
const encoded = encodeMls({
  wireformat: "mls_private_message",
  privateMessage,
});

Deno.test("decodeMls() gives back what encodeMls() was given", () => {
  const message = decodeMls(encoded);
  assertEquals(message?.wireformat, "mls_private_message");
});

Deno.test("decodeMls() refuses every cut, a trailing byte and a longer length", () => {
  for (let length = 0; length < encoded.length; length++) {
    assertEquals(decodeMls(encoded.slice(0, length)), undefined);
  }
  assertEquals(decodeMls(new Uint8Array([...encoded, 0])), undefined);
  // The group id's length, 32, in two bytes where one will do.
  const longer = new Uint8Array([
    ...encoded.slice(0, 4),
    0x40,
    0x20,
    ...encoded.slice(5),
  ]);
  assertEquals(decodeMls(longer), undefined);
});

Deno.test("decodeMls() never throws", () => {
  const anything = fc.uint8Array({ maxLength: 300 });
  const withHead = fc.tuple(fc.nat(6), anything).map(([wireformat, rest]) =>
    new Uint8Array([0, 1, 0, wireformat, ...rest])
  );
  const flipped = fc.tuple(fc.nat(encoded.length - 1), fc.nat(255)).map((
    [at, value],
  ) => encoded.with(at, value));
  fc.assert(
    fc.property(fc.oneof(anything, withHead, flipped), (bytes) => {
      decodeMls(new Uint8Array(bytes));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("decodeMls() refuses what is longer than its bound", () => {
  const overhead = encoded.length - privateMessage.ciphertext.length + 3;
  const ofLength = (length: number): Uint8Array<ArrayBuffer> => {
    const ciphertext = new Uint8Array(length - overhead);
    const wireformat = "mls_private_message";
    return encodeMls({
      wireformat,
      privateMessage: { ...privateMessage, ciphertext },
    });
  };
  const longest = ofLength(MAX_MLS_BYTES - 1);
  assertEquals(decodeMls(longest)?.wireformat, "mls_private_message");
  const longer = ofLength(MAX_MLS_BYTES + 8);
  assertEquals(decodeMls(longer), undefined);
});

Deno.test("decodeBody() gives back what encodeBody() was given, and nothing else", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const kind of ["said", "leaving"] as const) {
    const body = { kind, number: 2 ** 40, bytes };
    assertEquals(decodeBody(encodeBody(body)), body);
  }
  const body = encodeBody({ kind: "said", number: 0, bytes });
  assertEquals(decodeBody(body.with(0, 2)), undefined);
  assertEquals(decodeBody(body.with(1, 0xff)), undefined);
  assertEquals(decodeBody(body.slice(0, 8)), undefined);
  const long = new Uint8Array(MAX_BODY_BYTES + 1);
  const tooLong = encodeBody({ kind: "said", number: 0, bytes: long });
  assertEquals(decodeBody(tooLong), undefined);
});

Deno.test("FieldReader reads what FieldWriter wrote, and refuses cuts, rests and long lists", () => {
  const written = new FieldWriter().uint8(7).uint32(8).uint64(2n ** 63n)
    .bytes(Uint8Array.of(1, 2));
  written.list([1, 2, 3], (one) => written.uint8(one));
  const bytes = written.finish();
  const read = (from: Uint8Array, max = 3): unknown => {
    const reader = new FieldReader(from, "test");
    const all = [
      reader.uint8(),
      reader.uint32(),
      reader.uint64(),
      [...reader.bytes()],
      reader.list(max, () => reader.uint8()),
    ];
    reader.finish();
    return all;
  };
  assertEquals(read(bytes), [7, 8, 2n ** 63n, [1, 2], [1, 2, 3]]);
  for (let length = 0; length < bytes.length; length++) {
    assertRefuses("CHAT_SEAL_DAMAGED", () => read(bytes.slice(0, length)));
  }
  assertRefuses("CHAT_SEAL_DAMAGED", () => read(new Uint8Array([...bytes, 0])));
  assertRefuses("CHAT_SEAL_DAMAGED", () => read(bytes, 2), "a list of 3");
});
