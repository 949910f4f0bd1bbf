import fc from "fast-check";
import { type Bytes, concat } from "../../lib/bytes.ts";
import {
  clearMessage,
  encodeMessage,
  MAX_PAYLOAD_BYTES,
  MAX_PLAINTEXT_BYTES,
  MESSAGE_TYPES,
  padMessages,
  soleMessage,
  splitMessages,
} from "../../lib/wire/message.ts";
import { paddedLength } from "../../lib/wire/padding.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

/** Any message but padding, small enough that a few fit one record. */
const MESSAGE = fc.record({
  type: fc.integer({ min: 1, max: 255 }),
  payload: fc.uint8Array({ maxLength: 600 }).map((bytes) => bytes.slice()),
});

const DATA = encodeMessage(MESSAGE_TYPES.data, Uint8Array.of(7, 8, 9));

Deno.test("MESSAGE_TYPES gives every message a byte of its own", () => {
  const bytes = Object.values(MESSAGE_TYPES);
  assertEquals(new Set(bytes).size, bytes.length);
  assert(bytes.every((byte) => byte >= 0 && byte < 256));
});

Deno.test("MESSAGE_TYPES has the bytes that were published, which never change", () => {
  assertEquals({ ...MESSAGE_TYPES }, {
    padding: 0x00,
    clientHello: 0x01,
    serverHello: 0x02,
    serverAuth: 0x03,
    clientAuth: 0x04,
    ready: 0x05,
    data: 0x10,
    keyUpdate: 0x11,
    close: 0x12,
    alert: 0x13,
    ping: 0x14,
    pong: 0x15,
  });
});

Deno.test("encodeMessage() writes type, big-endian length and payload", () => {
  assertEquals(
    encodeMessage(0x10, new Uint8Array(0x0102).fill(0xaa)),
    concat(
      Uint8Array.of(0x10, 0x01, 0x02),
      new Uint8Array(0x0102).fill(0xaa),
    ),
  );
});

Deno.test("encodeMessage() refuses a payload when it does not fit a record", () => {
  const largest = encodeMessage(0x10, new Uint8Array(MAX_PAYLOAD_BYTES));
  assertEquals(largest.length, MAX_PLAINTEXT_BYTES);
  assertEquals(
    splitMessages(padMessages(largest)).map(({ payload }) => payload.length),
    [MAX_PAYLOAD_BYTES],
  );
  assertThrows(
    () => encodeMessage(0x10, new Uint8Array(MAX_PAYLOAD_BYTES + 1)),
    RangeError,
  );
});

Deno.test("padMessages() refuses messages when they exceed a record", () => {
  assertEquals(
    padMessages(new Uint8Array(MAX_PLAINTEXT_BYTES)).length,
    MAX_PLAINTEXT_BYTES,
  );
  assertThrows(
    () => padMessages(new Uint8Array(MAX_PLAINTEXT_BYTES + 1)),
    RangeError,
  );
});

Deno.test("splitMessages() returns what was encoded when several messages share a record", () => {
  fc.assert(fc.property(
    fc.array(MESSAGE, { minLength: 1, maxLength: 20 }),
    (messages) => {
      const encoded = messages.map(({ type, payload }) =>
        encodeMessage(type, payload)
      );
      const plaintext = padMessages(concat(...encoded));
      assertEquals(plaintext.length, paddedLength(concat(...encoded).length));
      assertEquals(splitMessages(plaintext), messages);
    },
  ));
});

Deno.test("splitMessages() accepts a record that is full to its last byte", () => {
  const full = encodeMessage(MESSAGE_TYPES.data, new Uint8Array(256 - 3));
  assertEquals(splitMessages(full).length, 1);
});

Deno.test("splitMessages() refuses padding when any bit of it is set", () => {
  const plaintext = padMessages(DATA);
  for (let bit = 8 * (DATA.length + 1); bit < 8 * plaintext.length; bit++) {
    const dirty = flipped(plaintext, bit);
    assertRefuses("CHAT_WIRE_MALFORMED", () => splitMessages(dirty), "padding");
  }
});

Deno.test("splitMessages() refuses a record when it holds no message", () => {
  for (const length of [0, 1, 256]) {
    assertRefuses(
      "CHAT_WIRE_MALFORMED",
      () => splitMessages(new Uint8Array(length)),
      "no message",
    );
  }
});

Deno.test("splitMessages() refuses a message when its header is cut", () => {
  for (const rest of [Uint8Array.of(0x10), Uint8Array.of(0x10, 0)]) {
    for (const plaintext of [rest, concat(DATA, rest)]) {
      assertRefuses(
        "CHAT_WIRE_MALFORMED",
        () => splitMessages(plaintext),
        "header is cut",
      );
    }
  }
});

Deno.test("splitMessages() refuses a message when its end is cut", () => {
  const messages = concat(DATA, DATA);
  for (let length = 4; length < DATA.length; length++) {
    for (const cut of [length, DATA.length + length]) {
      assertRefuses(
        "CHAT_WIRE_MALFORMED",
        () => splitMessages(messages.slice(0, cut)),
        "message is cut",
      );
    }
  }
});

Deno.test("soleMessage() refuses everything but one message of the type", () => {
  assertEquals(
    soleMessage(padMessages(DATA), MESSAGE_TYPES.data),
    Uint8Array.of(7, 8, 9),
  );
  for (const messages of [concat(DATA, DATA), concat(DATA, pong())]) {
    assertRefuses(
      "CHAT_UNEXPECTED_MESSAGE",
      () => soleMessage(padMessages(messages), MESSAGE_TYPES.data),
    );
  }
  for (let type = 1; type < 256; type++) {
    if (type === MESSAGE_TYPES.data) continue;
    assertRefuses(
      "CHAT_UNEXPECTED_MESSAGE",
      () => soleMessage(padMessages(DATA), type),
    );
  }
});

Deno.test("clearMessage() refuses padding, which only records have", () => {
  assertEquals(clearMessage(DATA, MESSAGE_TYPES.data).length, 3);
  assertRefuses(
    "CHAT_WIRE_MALFORMED",
    () => clearMessage(concat(DATA, Uint8Array.of(0)), MESSAGE_TYPES.data),
  );
});

function pong(): Bytes {
  return encodeMessage(MESSAGE_TYPES.pong, new Uint8Array(8));
}

function flipped(bytes: Bytes, bit: number): Bytes {
  const copy = bytes.slice();
  copy[bit >> 3] = copy[bit >> 3] as number ^ (1 << (bit & 7));
  return copy;
}
