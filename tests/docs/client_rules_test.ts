/** Rules of docs/protocol.md section 11 that a client must hold its server to. */
import { ChatError } from "../../lib/errors.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { Membership } from "../../lib/room/membership.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

const fingerprint = new Uint8Array(32);
const entered = {
  kind: "entered",
  name: "alice",
  serverName: "home",
  motd: "",
  room: 0,
  roomName: "lobby",
  seq: 6,
  present: 1,
} as const;

function joined(seq: number): ServerMessage {
  return { kind: "joined", room: 0, seq, at: 0, name: "alice", fingerprint };
}

/** A member, after `messages` of its server. */
function member(...messages: readonly ServerMessage[]): Membership {
  const membership = new Membership({
    fingerprint,
    send(_: ClientMessage): void {},
    close: () => Promise.resolve(),
  });
  for (const message of messages) membership.take(message);
  return membership;
}

const REFUSED: [string, readonly ServerMessage[], ServerMessage][] = [
  ["an entry that was skipped", [entered], joined(8)],
  ["an entry that came already", [entered, joined(7)], joined(7)],
  ["an entry from before it came", [entered], joined(6)],
  ["an entry before it has entered", [], joined(7)],
  ["a second entered", [entered], entered],
  [
    "a question for a name when it has one",
    [entered],
    { kind: "name_wanted", why: "needed", text: "", suggestion: null },
  ],
  [
    "an answer to what it did not ask",
    [entered],
    { kind: "ack", id: 1, seq: 7, at: 0 },
  ],
];

for (const [what, before, message] of REFUSED) {
  Deno.test(`Membership.take() refuses ${what}`, () => {
    const membership = member(...before);
    const error = assertThrows(() => membership.take(message), ChatError);
    assertEquals(error.code, "CHAT_PROTOCOL");
  });
}

Deno.test("Membership.take() takes entries that follow each other", () => {
  const membership = member(entered, joined(7), joined(8));
  assertEquals(membership.events.length, 2);
});
