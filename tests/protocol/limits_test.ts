import { encode } from "cborg";
import {
  decodeClientMessage,
  decodeServerMessage,
} from "../../lib/protocol/codec.ts";
import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";
import { MAX_UINT } from "../../lib/protocol/limits.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { assertEquals } from "../support/assert.ts";
import { assertMalformed } from "./malformed.ts";

/** Good items for a field, and items that must each be refused in its place. */
function itemsFor(field: Field): { good: unknown; bad: unknown[] } {
  switch (field.type) {
    case "uint":
      return { good: 5, bad: [-1, 1.5, "5", null, true, [5], 2n ** 53n] };
    case "optional uint":
      return { good: MAX_UINT, bad: [-1, 1.5, "5", true, [5], 2n ** 53n] };
    case "constant":
      return { good: field.value, bad: [field.value + 1, null, "1"] };
    case "flag":
      return { good: true, bad: [0, null, "true"] };
    case "bytes":
    case "optional bytes": {
      const sizes = [0, field.size - 1, field.size + 1];
      const bad = [...sizes.map((n) => new Uint8Array(n)), "", 1, []];
      if (field.type === "bytes") bad.push(null as never);
      return { good: new Uint8Array(field.size), bad };
    }
    case "blob":
    case "entries":
      return {
        good: new Uint8Array(field.max),
        bad: [new Uint8Array(field.max + 1), "", 1, [], null],
      };
    case "text":
    case "optional text": {
      const bad = ["a".repeat(field.max + 1), 1, new Uint8Array(1), []];
      if (field.type === "text") bad.push(null as never);
      return { good: "a".repeat(field.max), bad };
    }
    case "word":
      return { good: field.of[0], bad: ["", "other", "a".repeat(99), 1, null] };
    case "list": {
      const good = goodItems(field.of);
      return {
        good: [good],
        bad: [
          Array(field.max + 1).fill(good),
          [good.slice(1)],
          [[...good, 0]],
          [5],
          {},
          null,
        ],
      };
    }
  }
}

const goodItems = (fields: Fields): unknown[] =>
  Object.values(fields).map((field) => itemsFor(field).good);

const SIDES: [Schema, (bytes: Uint8Array) => unknown][] = [
  [CLIENT_MESSAGES, decodeClientMessage],
  [SERVER_MESSAGES, decodeServerMessage],
];

for (const [schema, decode] of SIDES) {
  for (const [kind, { tag, fields }] of Object.entries(schema)) {
    const good = [tag, ...goodItems(fields)];

    Deno.test(`${decode.name}() takes a ${kind} whose fields are at their limits`, () => {
      decode(encode(good));
    });

    Deno.test(`${decode.name}() takes a ${kind} whose optional fields are null`, () => {
      Object.entries(fields).forEach(([name, field], index) => {
        if (!field.type.startsWith("optional")) return;
        const message = decode(encode(good.with(index + 1, null)));
        assertEquals((message as Record<string, unknown>)[name], null);
      });
    });

    Object.entries(fields).forEach(([name, field], index) => {
      Deno.test(`${decode.name}() refuses a ${kind} whose ${name} is not ${field.type}`, () => {
        for (const bad of itemsFor(field).bad) {
          const items = good.with(index + 1, bad);
          assertMalformed(() => decode(encode(items)));
        }
      });
    });

    Deno.test(`${decode.name}() refuses a ${kind} of too many or few fields`, () => {
      assertMalformed(() => decode(encode([...good, 0])));
      assertMalformed(() => decode(encode(good.slice(0, -1))));
    });
  }

  Deno.test(`${decode.name}() refuses unknown messages`, () => {
    const known = Object.values(schema).map(({ tag }) => tag);
    for (let tag = 0; tag < 300; tag++) {
      if (known.includes(tag)) continue;
      assertMalformed(() => decode(encode([tag])));
    }
    assertMalformed(() => decode(encode([])));
    assertMalformed(() => decode(encode(["1"])));
    assertMalformed(() => decode(encode(null)));
  });
}
