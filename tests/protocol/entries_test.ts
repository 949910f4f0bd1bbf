import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import {
  decodeEntries,
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import { isKept, type KeptEntry } from "../../lib/protocol/entry.ts";
import {
  MAX_MESSAGE_BYTES,
  MAX_PAGE_BYTES,
} from "../../lib/protocol/limits.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { anyMessage } from "./arbitrary.ts";
import { assertMalformed } from "./malformed.ts";
import { CLIENT_SAMPLES, SERVER_SAMPLES } from "./samples.ts";

const kept = SERVER_SAMPLES.filter(({ kind }) => isKept(kind)) as KeptEntry[];
const others = SERVER_SAMPLES.filter(({ kind }) => !isKept(kind));

function sequence(entries: readonly ServerMessage[]): Uint8Array {
  return concat(...entries.map(encodeServerMessage));
}

Deno.test("decodeEntries() reads entries one after another", () => {
  assertEquals(decodeEntries(new Uint8Array(0)), []);
  assertEquals(decodeEntries(sequence(kept)), kept);
  const entries = fc.array(
    anyMessage(SERVER_MESSAGES).filter(({ kind }) => isKept(kind)),
    { maxLength: 4 },
  );
  fc.assert(fc.property(entries, (some) => {
    const bytes = sequence(some as KeptEntry[]);
    if (bytes.length > MAX_PAGE_BYTES) return;
    assertEquals(decodeEntries(bytes), some as KeptEntry[]);
  }));
});

Deno.test("decodeEntries() refuses a sequence that is cut in an entry", () => {
  const [first] = kept as [KeptEntry];
  const whole = encodeServerMessage(first).length;
  const bytes = sequence(kept.slice(0, 2));
  for (let end = 1; end < bytes.length; end++) {
    if (end === whole) continue;
    assertMalformed(() => decodeEntries(bytes.subarray(0, end)));
  }
});

Deno.test("decodeEntries() refuses what no log keeps", () => {
  assert(others.length > 0);
  for (const message of [...others, ...CLIENT_SAMPLES]) {
    const bytes = others.includes(message as ServerMessage)
      ? encodeServerMessage(message as ServerMessage)
      : encodeClientMessage(message as typeof CLIENT_SAMPLES[number]);
    assertMalformed(() => decodeEntries(bytes));
    assertMalformed(() => decodeEntries(concat(sequence(kept), bytes)));
  }
});

Deno.test("decodeEntries() refuses bytes between entries and more than a message", () => {
  const one = sequence(kept.slice(0, 1));
  for (const byte of [0x00, 0x60, 0x80, 0xf6, 0xff]) {
    assertMalformed(() => decodeEntries(concat(one, Uint8Array.of(byte), one)));
  }
  const many = Math.ceil(MAX_MESSAGE_BYTES / one.length) + 1;
  assertMalformed(() => decodeEntries(concat(...Array(many).fill(one))));
});
