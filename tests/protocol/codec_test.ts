import fc from "fast-check";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import { ChatError } from "../../lib/errors.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { anyMessage } from "./arbitrary.ts";
import { assertMalformed } from "./malformed.ts";
import { CLIENT_SAMPLES, SERVER_SAMPLES } from "./samples.ts";

const SIDES = [
  {
    side: "Client",
    schema: CLIENT_MESSAGES,
    samples: CLIENT_SAMPLES,
    encode: (m: unknown) => encodeClientMessage(m as ClientMessage),
    decode: (bytes: Uint8Array): unknown => decodeClientMessage(bytes),
    decodeOther: (bytes: Uint8Array): unknown => decodeServerMessage(bytes),
  },
  {
    side: "Server",
    schema: SERVER_MESSAGES,
    samples: SERVER_SAMPLES,
    encode: (m: unknown) => encodeServerMessage(m as ServerMessage),
    decode: (bytes: Uint8Array): unknown => decodeServerMessage(bytes),
    decodeOther: (bytes: Uint8Array): unknown => decodeClientMessage(bytes),
  },
];

for (const { side, schema, samples, encode, decode, decodeOther } of SIDES) {
  const decoder = `decode${side}Message()`;

  Deno.test(`the samples have a ${side} message of every kind`, () => {
    const kinds = new Set<string>(samples.map(({ kind }) => kind));
    assertEquals([...kinds], Object.keys(schema));
  });

  Deno.test(`${decoder} is the inverse of encode${side}Message()`, () => {
    for (const sample of samples) {
      assertEquals(decode(encode(sample)), sample);
    }
    fc.assert(
      fc.property(anyMessage(schema), (message) => {
        assertEquals(decode(encode(message)), message);
      }),
    );
  });

  Deno.test(`${decoder} refuses every proper prefix`, () => {
    for (const bytes of samples.map(encode)) {
      for (let end = 0; end < bytes.length; end++) {
        assertMalformed(() => decode(bytes.subarray(0, end)));
      }
    }
  });

  Deno.test(`${decoder} refuses a trailing byte`, () => {
    for (const bytes of samples.map(encode)) {
      assertMalformed(() => decode(new Uint8Array([...bytes, 0])));
    }
  });

  Deno.test(`${decoder} refuses the messages of the other side`, () => {
    for (const bytes of samples.map(encode)) {
      assertMalformed(() => decodeOther(bytes));
    }
  });

  Deno.test(`${decoder} refuses one item more or fewer than announced`, () => {
    for (const bytes of samples.map(encode)) {
      const [head = 0, ...rest] = bytes;
      assertMalformed(() => decode(new Uint8Array([head - 1, ...rest])));
      assertMalformed(() => decode(new Uint8Array([head + 1, ...rest, 0])));
    }
  });

  Deno.test(`${decoder} accepts one encoding of each message only`, () => {
    for (const bytes of samples.map(encode)) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assertCanonical(flipped, { decode, encode });
      }
    }
  });

  Deno.test(`${decoder} throws nothing but CHAT_PROTOCOL at any bytes`, () => {
    const messages = anyMessage(schema).map(encode);
    const noise = fc.uint8Array({ maxLength: 64 });
    const spliced = fc.tuple(messages, fc.nat(), noise).map((
      [bytes, at, other],
    ) => new Uint8Array([...bytes.subarray(0, at % 40), ...other]));
    fc.assert(fc.property(fc.oneof(noise, spliced), (bytes) => {
      assertCanonical(bytes, { decode, encode });
    }));
  });
}

Deno.test("encodeServerMessage() returns bytes of its own", () => {
  const first = encodeServerMessage({ kind: "ack", id: 1, seq: 2, at: 3 });
  const copy = first.slice();
  encodeServerMessage({ kind: "ack", id: 9, seq: 9, at: 9 });
  assertEquals(first, copy);
  assertEquals(first.buffer.byteLength, first.length);
});

function assertCanonical(
  bytes: Uint8Array,
  { decode, encode }: {
    decode: (bytes: Uint8Array) => unknown;
    encode: (message: unknown) => Uint8Array;
  },
): void {
  let message;
  try {
    message = decode(bytes);
  } catch (error) {
    assert(error instanceof ChatError, `${error}`);
    assertEquals(error.code, "CHAT_PROTOCOL");
    return;
  }
  assertEquals(new Uint8Array(encode(message)), new Uint8Array(bytes));
}
