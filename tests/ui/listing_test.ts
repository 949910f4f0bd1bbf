import type { Member } from "../../lib/protocol/entry.ts";
import type { Outgoing } from "../../lib/room/conversation.ts";
import {
  banLines,
  identityLines,
  outboxLines,
  peopleLines,
  roomLines,
} from "../../lib/ui/listing.ts";
import { RoomViews } from "../../lib/ui/room_views.ts";
import { type Line, toPlain } from "../../lib/ui/style.ts";
import { Transcript } from "../../lib/ui/transcript.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { directRoom, openRoom } from "../support/fake_conversation.ts";
import { member, NOON } from "../support/people.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];
const transcript = new Transcript({ self: alice, now: NOON, timeZone: "UTC" });
const evil = "\x1b[2Jx\u{202e}";

function texts(lines: readonly Line[]): string[] {
  const all = lines.map(({ spans }) => toPlain(spans));
  for (const text of all) {
    assert(!/[\p{Cc}\p{Bidi_Control}]/v.test(text), JSON.stringify(text));
  }
  return all;
}

Deno.test("peopleLines() lists who is here, and what they are", () => {
  const people = (...members: readonly Member[]): string[] => (
    texts(peopleLines(members, "#lobby", transcript))
  );
  assertEquals(people(alice), ["   -- 1 person in #lobby: alice·x7Kp"]);
  assertEquals(
    people(
      { ...alice, standing: "owner" },
      bob,
      { ...bob, standing: "muted", online: false },
    ),
    [
      "   -- 2 people in #lobby: alice·x7Kp (owner), bob·Qm2d, bob·Qm2d (muted, away)",
    ],
  );
  const many = people(alice, ...Array(299).fill(bob));
  assert(many[0]?.endsWith("·Qm2d, bob·Qm2d and 100 more"));
});

Deno.test("identityLines() tells the whole fingerprint, and to operators the address", () => {
  const publicKey = new Uint8Array(32);
  const found = { ...bob, publicKey, address: null };
  assertEquals(texts(identityLines(found, transcript)), [
    "   -- bob·Qm2d, member, here since 12:03, Tuesday 3 March 2026",
    `      SHA256:${"Qm2d".padEnd(43, "A")}`,
    "      not verified; /verify bob shows how",
  ]);
  const address = `192.0.2.1${evil}`;
  assertEquals(
    texts(identityLines({ ...found, address }, transcript))[3],
    "      from 192.0.2.1x",
  );
});

Deno.test("roomLines() lists rooms, and marks ours and the one we are in", () => {
  const rooms = [openRoom(0, "lobby"), directRoom(2, bob)];
  const views = new RoomViews(new Map(rooms.map((room) => [room.room, room])));
  const listed = [
    { room: 0, name: "lobby", topic: "", present: 1, joined: true },
    {
      room: 1,
      name: `dev${evil}`,
      topic: `c${evil}`,
      present: 2,
      joined: true,
    },
    { room: 3, name: "other", topic: "", present: 0, joined: false },
  ];
  assertEquals(texts(roomLines(listed, views.all, views.current)), [
    "   -- Rooms; + marks yours, > the one you are in:",
    "      > #lobby  1 person",
    "      + #devx   2 people  cx",
    "        #other  0 people",
    "      + @bob    sealed, just you two",
  ]);
  const many = Array(300).fill(listed[2]);
  const shown = texts(roomLines(many, views.all, views.current));
  assertEquals([shown.length, shown.at(-1)], [202, "      … and 101 more"]);
});

Deno.test("banLines() lists who may not speak or be here, until when", () => {
  const sanction = {
    sanction: "ban",
    subject: `192.0.2.1${evil}`,
    name: "",
    by: `alice${evil}`,
    at: NOON,
    until: null,
  } as const;
  assertEquals(
    texts(banLines([
      sanction,
      { ...sanction, sanction: "mute", name: "bob", until: NOON },
    ], transcript)),
    [
      "   -- Muted or banned:",
      "      banned 192.0.2.1x for good, by alicex on 2026-03-03 12:03",
      "      muted bob 192.0.2.1x until 2026-03-03 12:03, by alicex on 2026-03-03 12:03",
    ],
  );
  assertEquals(texts(banLines([], transcript)), [
    "   -- Nobody is muted or banned",
  ]);
});

Deno.test("outboxLines() lists what waits, and what failed and why", () => {
  const message: Outgoing = {
    number: 4,
    kind: "say",
    room: 0,
    text: `hello${evil}`,
    at: NOON,
    state: "sending",
    why: null,
  };
  const failed = { ...message, number: 5, state: "failed" } as const;
  const label = (): string => "#lobby";
  assertEquals(
    texts(outboxLines([message, { ...failed, why: `no${evil}` }], label)),
    [
      "   -- Not sent yet; /retry N, /discard N:",
      "      4 #lobby hellox waits",
      "      5 #lobby hellox failed: nox",
    ],
  );
  assertEquals(texts(outboxLines([], label)), [
    "   -- Everything you wrote is sent",
  ]);
});
