import {
  decodeClientMessage,
  decodeEntries,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { decodeItem, encodeItem } from "../docs/reader/cbor.ts";
import { assertEquals } from "../support/assert.ts";
import vectors from "../vectors/application.json" with { type: "json" };
import { assertMalformed } from "./malformed.ts";

Deno.test("the published client messages decode and encode as published", () => {
  for (const { hex, message: published } of vectors.client) {
    const message: ClientMessage = revive(published, CLIENT_MESSAGES);
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(decodeClientMessage(bytes), message);
    assertEquals(encodeClientMessage(message), bytes);
  }
});

Deno.test("the published server messages decode and encode as published", () => {
  for (const { hex, message: published } of vectors.server) {
    const message: ServerMessage = revive(published, SERVER_MESSAGES);
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(decodeServerMessage(bytes), message);
    assertEquals(encodeServerMessage(message), bytes);
  }
});

Deno.test("another implementation of CBOR makes the published messages of their items", () => {
  for (const { hex } of [...vectors.client, ...vectors.server]) {
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(encodeItem(decodeItem(bytes)), bytes);
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

for (const { why, hex } of vectors.refused_entries) {
  Deno.test(`decodeEntries() refuses the published ${why}`, () => {
    assertMalformed(() => decodeEntries(Uint8Array.fromHex(hex)));
  });
}

/** A published message with its bytes, which the schema tells from text. */
function revive(published: { kind: string }, schema: Schema): never {
  const { kind, ...rest } = published;
  return { kind, ...reviveAll(rest, schema[kind]?.fields ?? {}) } as never;
}

function reviveAll(
  record: Readonly<Record<string, unknown>>,
  fields: Fields,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      reviveOne(value, fields[name] as Field),
    ]),
  );
}

function reviveOne(value: unknown, field: Field): unknown {
  if (value === null) return null;
  switch (field.type) {
    case "bytes":
    case "optional bytes":
    case "blob":
    case "entries":
      return Uint8Array.fromHex(value as string);
    case "list":
      return (value as Record<string, unknown>[])
        .map((item) => reviveAll(item, field.of));
    default:
      return value;
  }
}
