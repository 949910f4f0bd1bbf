import { MAX_SENT_PAYLOAD_BYTES } from "../../lib/channel/pump.ts";
import {
  type Entry,
  isKept,
  KEPT_KINDS,
  type Member,
} from "../../lib/protocol/entry.ts";
import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";
import { MAX_MESSAGE_BYTES, MAX_UINT } from "../../lib/protocol/limits.ts";
import type {
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { cddlOf, rulesOf } from "./cddl.ts";

/** Every message, those of clients under the names of their rules. */
const ALL: Schema = {
  ...Object.fromEntries(
    Object.entries(CLIENT_MESSAGES).map(([kind, rest]) => [asked(kind), rest]),
  ),
  ...SERVER_MESSAGES,
};
const ENTRIES = Object.entries(SERVER_MESSAGES)
  .filter(([, { fields }]) => "seq" in fields && "fingerprint" in fields)
  .map(([kind]) => kind);
const cddl = Deno.readTextFileSync(
  new URL("../../docs/application.cddl", import.meta.url),
);

Deno.test("docs/application.cddl states every message as the schema does", () => {
  assertEquals(rulesOf(cddl), {
    message: "client-message / server-message",
    "client-message": Object.keys(CLIENT_MESSAGES).map(asked).join(" / "),
    "server-message": [
      ...Object.keys(SERVER_MESSAGES).filter((kind) => !ENTRIES.includes(kind)),
      "kept-entry",
      "passing-entry",
    ].join(" / "),
    "kept-entry": KEPT_KINDS.join(" / "),
    "passing-entry": ENTRIES.filter((kind) => !isKept(kind)).join(" / "),
    "safe-uint": `0..${MAX_UINT}`,
    ...cddlOf(CLIENT_MESSAGES, asked),
    ...cddlOf(SERVER_MESSAGES, (kind) => kind),
  });
});

Deno.test("docs/application.cddl states the largest message", () => {
  assert(cddl.includes(`at most ${MAX_MESSAGE_BYTES} bytes`));
});

Deno.test("the schema gives every message a number of its own", () => {
  const kinds = [CLIENT_MESSAGES, SERVER_MESSAGES]
    .flatMap((schema) => Object.keys(schema));
  const tags = Object.values(ALL).map(({ tag }) => tag);
  assertEquals(new Set(tags).size, kinds.length);
});

Deno.test("isKept() tells entries that a log keeps from all other messages", () => {
  assertEquals(ENTRIES.filter(isKept).sort(), KEPT_KINDS.toSorted());
  assertEquals(Object.keys(CLIENT_MESSAGES).filter(isKept), []);
});

Deno.test("no message of the schema can be too long to send", () => {
  for (const [kind, { tag, fields }] of Object.entries(ALL)) {
    const size = headBytes(Object.keys(fields).length + 1) + headBytes(tag) +
      largest(fields);
    assert(size <= MAX_SENT_PAYLOAD_BYTES, `${kind}: ${size} bytes`);
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

/** The rule of a client's message: an answer may be called the same. */
function asked(kind: string): string {
  return kind in SERVER_MESSAGES ? `ask-${kind}` : kind;
}

function largest(fields: Fields): number {
  return Object.values(fields).reduce((sum, f) => sum + largestOf(f), 0);
}

function largestOf(field: Field): number {
  switch (field.type) {
    case "uint":
    case "optional uint":
      return headBytes(MAX_UINT);
    case "constant":
      return headBytes(field.value);
    case "flag":
      return 1;
    case "bytes":
    case "optional bytes":
      return headBytes(field.size) + field.size;
    case "blob":
    case "entries":
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
