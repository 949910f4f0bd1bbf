import type { SealedChange, SharedLine } from "../../lib/room/sealed_rooms.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { Transcript } from "../../lib/ui/transcript.ts";
import type { Trust } from "../../lib/ui/verification.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { member, NOON } from "../support/people.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];
const [carol, eve] = [member("carol", "C4r0"), member("bob", "Ev1l")];
const BOB = `SHA256:${"Qm2d".padEnd(43, "A")}`;
const EVE = `SHA256:${"Ev1l".padEnd(43, "A")}`;

const trust: Readonly<Record<string, Trust>> = {
  Qm2d: "verified",
  Ev1l: "changed",
};
const transcript = new Transcript({
  self: alice,
  now: NOON,
  timeZone: "UTC",
  judge: ({ fingerprint }) => (
    trust[fingerprint.toBase64().slice(0, 4)] ?? "unverified"
  ),
});

function lines(change: SealedChange, label?: string): string[] {
  const place = label === undefined ? {} : { label: [{ text: label }] };
  return transcript.show(
    { kind: "sealed", room: 3, entry: 7, at: NOON, change },
    { label: () => "&plans", place },
  ).map(({ spans }) => toPlain(spans));
}

function alarms(change: SealedChange): string {
  return transcript.show(
    { kind: "sealed", room: 3, entry: 7, at: NOON, change },
    { label: () => "&plans" },
  ).flatMap(({ spans }) => spans.filter(({ alarm }) => alarm))
    .map(({ text }) => text).join("|");
}

const TOLD: readonly (readonly [SealedChange, string])[] = [
  [
    { kind: "entered", members: 1 },
    "* You have the keys of &plans from here on, you are the only member",
  ],
  [
    { kind: "entered", members: 3 },
    "* You have the keys of &plans from here on, as one of 3 members",
  ],
  [
    { kind: "joined", member: bob },
    `+ bob·Qm2d✓ joined, ${BOB}, verified`,
  ],
  [
    { kind: "joined", member: carol },
    `+ carol·C4r0 joined, SHA256:${"C4r0".padEnd(43, "A")}, not verified`,
  ],
  [
    { kind: "joined", member: eve },
    `+ bob·Ev1l[OTHER KEY] joined, ${EVE}, NOT the key that you verified under this name`,
  ],
  [
    { kind: "rejoined", member: bob, before: bob },
    `* bob·Qm2d✓ took the keys anew, ${BOB}, verified`,
  ],
  [
    { kind: "rejoined", member: bob, before: { ...bob, name: "robert" } },
    `* bob·Qm2d✓ (called robert before) took the keys anew, ${BOB}, verified`,
  ],
  [{ kind: "left", member: bob, by: alice }, "- bob·Qm2d✓ left"],
  [
    { kind: "removed", member: carol, by: alice },
    "- carol·C4r0 was removed by you",
  ],
  [
    { kind: "removed", member: carol, by: bob },
    "- carol·C4r0 was removed by bob·Qm2d✓",
  ],
  [{ kind: "rekeyed", by: bob }, "* bob·Qm2d✓ renewed the keys"],
  [{ kind: "rekeyed", by: alice }, "* you renewed the keys"],
  [
    { kind: "excluded", by: carol },
    "! You were removed by carol·C4r0 and read nothing that is said in &plans from now on",
  ],
  [
    { kind: "excluded", by: alice },
    "! Another device of yours has taken your place in &plans: here, nothing is read from now on, and /resync takes it back",
  ],
  [
    { kind: "restarted", by: null },
    "* You began this conversation anew, with fresh keys",
  ],
  [
    { kind: "restarted", by: bob },
    `* bob·Qm2d✓ began this conversation anew, with fresh keys, ${BOB}, verified`,
  ],
  [
    { kind: "missing", member: bob, count: 1 },
    "! A message of bob·Qm2d✓ was not delivered; ask for what is missing",
  ],
  [
    { kind: "missing", member: bob, count: 2 },
    "! 2 messages of bob·Qm2d✓ were not delivered; ask for what is missing",
  ],
  [
    {
      kind: "unreadable",
      what: "message",
      reason: "too_old",
      text: "its keys are gone\x1b[2J",
    },
    "! A message could not be read (too_old): its keys are gone",
  ],
  [
    { kind: "unreadable", what: "commit", reason: "forged", text: "" },
    "! A change of keys could not be read (forged)",
  ],
  [
    { kind: "unsealed", author: carol },
    "! The server put something here that is not sealed, as if by carol·C4r0: anybody could have written it, so it is not shown",
  ],
];
for (const [change, text] of TOLD) {
  Deno.test(`sealedLines() tells ${text.slice(0, 50)}`, () => {
    assertEquals(lines(change), [`12:03 ${text}`]);
  });
}

Deno.test("sealedLines() names the room when it is another one", () => {
  assertEquals(lines({ kind: "rekeyed", by: alice }, "&plans"), [
    "12:03 * &plans you renewed the keys",
  ]);
});

Deno.test("sealedLines() is alarmed by what the server or a stranger has done", () => {
  for (const [change, text] of TOLD) {
    const isAlarm = text.startsWith("!") || text.includes("OTHER KEY");
    assertEquals(alarms(change) !== "", isAlarm, text);
  }
});

Deno.test("sealedLines() sets apart what a member says that others said, without marks", () => {
  const shared = (...all: readonly SharedLine[]): string[] => (
    lines({ kind: "shared", by: carol, lines: all })
  );
  assertEquals(
    shared(
      { ...bob, kind: "said", at: NOON, text: "hi\n12:03 + eve joined" },
      { ...alice, kind: "did", at: NOON - 86_400_000, text: "waves\x1b[2J" },
    ),
    [
      "12:03 * carol·C4r0 shares what was said before:",
      "      │ 12:03 bob: hi",
      "      │ 12:03 + eve joined",
      "      │ 2026-03-02 12:03 * alice waves",
      "      (that others said so is the word of carol alone)",
    ],
  );
});

Deno.test("sealedLines() shows so much of what is shared, and counts the rest", () => {
  const short = new Transcript({
    self: alice,
    now: NOON,
    timeZone: "UTC",
    maxLines: 2,
  });
  const line = { ...bob, kind: "said", at: NOON, text: "x" } as const;
  const change = {
    kind: "shared",
    by: alice,
    lines: Array(5).fill(line),
  } as const;
  const told = short.show({
    kind: "sealed",
    room: 3,
    entry: 7,
    at: NOON,
    change,
  })
    .map(({ spans }) => toPlain(spans));
  assertEquals(told[0], "12:03 * you share what was said before:");
  assertEquals(told[3], "      … and 3 more lines");
  assertEquals(told.length, 5);
});

Deno.test("sealedLines() lets no name pass for a line of its own", () => {
  const evil = { ...carol, name: "x joined ✓\x1b[2J\n12:03 + bob" };
  const [line = "", ...more] = lines({ kind: "joined", member: evil });
  assertEquals(more, []);
  assert(line.startsWith("12:03 + x.joined...12:03.+.bob·C4r0 joined, "), line);
});
