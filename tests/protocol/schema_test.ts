import type { Entry, Member } from "../../lib/protocol/entry.ts";
import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";
import { MAX_MESSAGE_BYTES, MAX_UINT } from "../../lib/protocol/limits.ts";
import type {
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { cddlOf, rulesOf } from "./cddl.ts";

const ALL: Schema = { ...CLIENT_MESSAGES, ...SERVER_MESSAGES };
const cddl = Deno.readTextFileSync(
  new URL("../../docs/application.cddl", import.meta.url),
);

Deno.test("docs/application.cddl states every message as the schema does", () => {
  const entries = ["said", "did", "joined", "left"];
  assertEquals(rulesOf(cddl), {
    message: "client-message / server-message",
    "client-message": Object.keys(CLIENT_MESSAGES).join(" / "),
    "server-message": [
      ...Object.keys(SERVER_MESSAGES).filter((kind) => !entries.includes(kind)),
      "entry",
    ].join(" / "),
    entry: entries.join(" / "),
    "safe-uint": `0..${MAX_UINT}`,
    ...cddlOf(ALL),
  });
});

Deno.test("docs/application.cddl states the largest message", () => {
  assert(cddl.includes(`at most ${MAX_MESSAGE_BYTES} bytes`));
});

Deno.test("the schema gives every message a number of its own", () => {
  const tags = Object.values(ALL).map(({ tag }) => tag);
  assertEquals(new Set(tags).size, tags.length);
});

Deno.test("no message of the schema can be too long to send", () => {
  for (const [kind, { tag, fields }] of Object.entries(ALL)) {
    const size = headBytes(Object.keys(fields).length + 1) + headBytes(tag) +
      largest(fields);
    assert(size <= MAX_MESSAGE_BYTES, `${kind}: ${size} bytes`);
  }
});

Deno.test("entries and members have the types the rooms use", () => {
  type LogMessage = MessageOfKind<Entry["kind"]>;
  const toEntry = (message: LogMessage): Entry => message;
  const fromEntry = (entry: Entry): ServerMessage => entry;
  type Listed = MessageOfKind<"members">["members"][number];
  const toMember = (listed: Listed): Member => listed;
  assertEquals([toEntry, fromEntry, toMember].length, 3); // by the compiler
});

function largest(fields: Fields): number {
  return Object.values(fields).reduce((sum, f) => sum + largestOf(f), 0);
}

function largestOf(field: Field): number {
  switch (field.type) {
    case "uint":
      return headBytes(MAX_UINT);
    case "constant":
      return headBytes(field.value);
    case "flag":
      return 1;
    case "bytes":
      return headBytes(field.size) + field.size;
    case "text":
    case "optional text":
      return headBytes(field.max) + field.max;
    case "word":
      return Math.max(...field.of.map((w) => headBytes(w.length) + w.length));
    case "list": {
      const item = headBytes(Object.keys(field.of).length) + largest(field.of);
      return headBytes(field.max) + field.max * item;
    }
  }
}

/** Size of the head of a CBOR item (RFC 8949 section 3). */
function headBytes(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 2 ** 8) return 2;
  if (argument < 2 ** 16) return 3;
  return argument < 2 ** 32 ? 5 : 9;
}
