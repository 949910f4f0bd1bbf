import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import { KEY_BYTES } from "../../lib/protocol/limits.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { assertEquals } from "../support/assert.ts";
import vectors from "../vectors/application.json" with { type: "json" };
import { assertMalformed } from "./malformed.ts";

Deno.test("the published client messages decode and encode as published", () => {
  for (const { hex, message } of vectors.client) {
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(decodeClientMessage(bytes), message as ClientMessage);
    assertEquals(encodeClientMessage(message as ClientMessage), bytes);
  }
});

Deno.test("the published server messages decode and encode as published", () => {
  for (const { hex, message: published } of vectors.server) {
    const message = revive(published) as ServerMessage;
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(decodeServerMessage(bytes), message);
    assertEquals(encodeServerMessage(message), bytes);
  }
});

for (const { why, hex } of vectors.refused_by_server) {
  Deno.test(`decodeClientMessage() refuses the published ${why}`, () => {
    assertMalformed(() => decodeClientMessage(Uint8Array.fromHex(hex)));
  });
}

for (const { why, hex } of vectors.refused_by_client) {
  Deno.test(`decodeServerMessage() refuses the published ${why}`, () => {
    assertMalformed(() => decodeServerMessage(Uint8Array.fromHex(hex)));
  });
}

/** Turns published fingerprints and public keys back into bytes. */
function revive(value: unknown): unknown {
  if (typeof value === "string" && /^[0-9a-f]+$/.test(value)) {
    return value.length === 2 * KEY_BYTES ? Uint8Array.fromHex(value) : value;
  }
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, revive(field)]),
  );
}
