import { encodable } from "../../lib/protocol/encodable.ts";
import type { Field } from "../../lib/protocol/field.ts";
import { assertEquals } from "../support/assert.ts";
import { assertMalformed } from "./malformed.ts";

const bytes = new Uint8Array(2);
const inner = { n: { type: "uint" } } as const;

const CASES: { field: Field; accepts: unknown[]; refuses: unknown[] }[] = [
  {
    field: { type: "uint" },
    accepts: [0, 2 ** 53 - 1],
    refuses: [-1, 0.5, NaN, Infinity, 2 ** 53, 1n, "1", null, undefined],
  },
  {
    field: { type: "optional uint" },
    accepts: [0, 2 ** 53 - 1, null],
    refuses: [-1, 0.5, NaN, 2 ** 53, 1n, "1", undefined],
  },
  {
    field: { type: "constant", value: 1 },
    accepts: [1],
    refuses: [0, 2, "1", true, undefined],
  },
  {
    field: { type: "flag" },
    accepts: [true, false],
    refuses: [0, 1, null, undefined],
  },
  {
    field: { type: "bytes", size: 2 },
    accepts: [bytes],
    refuses: [new Uint8Array(1), new Uint8Array(3), [1, 2], "ab", undefined],
  },
  {
    field: { type: "optional bytes", size: 2 },
    accepts: [bytes, null],
    refuses: [new Uint8Array(1), new Uint8Array(3), [1, 2], "ab", undefined],
  },
  {
    field: { type: "blob", max: 2 },
    accepts: [new Uint8Array(0), bytes],
    refuses: [new Uint8Array(3), [1, 2], "ab", null, undefined],
  },
  {
    field: { type: "entries", max: 2 },
    accepts: [new Uint8Array(0), bytes],
    refuses: [new Uint8Array(3), [1, 2], "ab", null, undefined],
  },
  {
    field: { type: "text", max: 4 },
    accepts: ["", "abcd", "üü", "😀"],
    refuses: ["abcde", "üüa", "世世", "😀a", "\ud800", 1, null, undefined],
  },
  {
    field: { type: "optional text", max: 4 },
    accepts: ["", "abcd", null],
    refuses: ["abcde", "\udc00", 1, undefined],
  },
  {
    field: { type: "word", of: ["yes", "no"] },
    accepts: ["yes", "no"],
    refuses: ["", "maybe", null, undefined],
  },
  {
    field: { type: "list", max: 2, of: inner },
    accepts: [[], [{ n: 1 }, { n: 2 }]],
    refuses: [[{ n: 1 }, { n: 2 }, { n: 3 }], [{ n: -1 }], {}, undefined],
  },
];

for (const { field, accepts, refuses } of CASES) {
  Deno.test(`encodable() takes ${field.type} within its limits only`, () => {
    for (const value of accepts) {
      const [item] = encodable({ field: value }, { field });
      const rows = field.type === "list" && (value as { n: number }[]);
      assertEquals(item, rows ? rows.map(({ n }) => [n]) : value);
    }
    for (const value of refuses) {
      assertMalformed(() => encodable({ field: value }, { field }));
    }
  });
}
