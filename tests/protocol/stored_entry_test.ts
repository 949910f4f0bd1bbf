import { decodeStoredEntry } from "../../lib/protocol/stored_entry.ts";
import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const entry = {
  kind: "said",
  room: 3,
  seq: 7,
  at: 1_700_000_000_000,
  name: "alice",
  fingerprint: new Uint8Array(32),
  text: "hi",
} as const;
const message = encodeServerMessage(entry);
const payload = encodeMessage(MESSAGE_TYPES.data, message);

Deno.test("decodeStoredEntry() reads an entry as members get it", () => {
  assertEquals(decodeStoredEntry(payload), entry);
});

Deno.test("decodeStoredEntry() refuses another type, another length, and more than one", () => {
  const twice = new Uint8Array([...message, ...message]);
  const refused = [
    encodeMessage(MESSAGE_TYPES.ping, message),
    payload.subarray(0, -1),
    new Uint8Array([...payload, 0]),
    payload.subarray(0, 2),
    payload.with(1, 1),
    payload.with(2, 0),
    new Uint8Array(),
    encodeMessage(MESSAGE_TYPES.data, new Uint8Array()),
    encodeMessage(MESSAGE_TYPES.data, twice),
    encodeMessage(
      MESSAGE_TYPES.data,
      encodeServerMessage({ ...entry, kind: "joined" }),
    ),
  ];
  for (const bytes of refused) {
    assertRefuses("CHAT_PROTOCOL", () => decodeStoredEntry(bytes));
  }
});
