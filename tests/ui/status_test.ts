import { type Status, statusRow } from "../../lib/ui/status.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { assert, assertEquals } from "../support/assert.ts";

const status: Status = {
  self: [{ text: "alice" }, { text: "·x7Kp" }],
  server: "garden.example.org",
  secrecy: "open",
  room: "#lobby",
  people: 12,
};

function row(columns: number, change: Partial<Status> = {}): string {
  return toPlain(statusRow({ ...status, ...change }, columns));
}

Deno.test("statusRow() puts the most telling first, as much as fits", () => {
  assertEquals(
    row(80),
    "open #lobby · 12 people · alice·x7Kp · garden.example.org",
  );
  assertEquals(row(45), "open #lobby · 12 people · alice·x7Kp · garde…");
  assertEquals(row(39), "open #lobby · 12 people · alice·x7Kp");
  assertEquals(row(34), "open #lobby · 12 people");
  assertEquals(row(17), "open #lobby");
});

Deno.test("statusRow() tells what the person waits for before the rest", () => {
  assertEquals(
    row(99, {
      connection: "reconnecting in 4 s",
      waiting: 2,
      failed: 1,
      typing: "bob is typing",
      receipt: "delivered",
    }),
    "open #lobby · reconnecting in 4 s · 1 not sent, /outbox · 2 waiting · " +
      "bob is typing · delivered",
  );
  assertEquals(row(28, { busy: "sending…" }), "open #lobby · sending…");
});

Deno.test("statusRow() names rooms with something new, urgent ones first", () => {
  const unread = [
    { label: "#dev", count: 5, urgent: false },
    { label: "@bob", count: 2_000, urgent: true },
  ];
  assertEquals(
    row(99, { unread, people: null }),
    "open #lobby · @bob 999 #dev 5 · alice·x7Kp · garden.example.org",
  );
  const many = Array(6).fill(unread[0]);
  assertEquals(
    row(65, { unread: many, people: null }),
    "open #lobby · #dev 5 #dev 5 #dev 5 #dev 5 and 2 more · alice·x7Kp",
  );
  const spans = statusRow({ ...status, unread }, 80);
  assertEquals(
    spans.filter(({ bold }) => bold).map(({ text }) => text),
    ["open", "@bob"],
  );
});

Deno.test("statusRow() counts who can read a sealed room, and who is there", () => {
  assertEquals(
    row(40, { people: 3, members: 5 }),
    "open #lobby · 5 members, 3 here",
  );
  assertEquals(
    row(40, { people: 1, members: 1 }),
    "open #lobby · 1 member, 1 here",
  );
});

Deno.test("statusRow() counts people, and is safe", () => {
  assertEquals(row(22, { people: 1 }), "open #lobby · 1 person");
  assertEquals(
    row(24, { people: 99, uncounted: true }),
    "open #lobby · 99+ people",
  );
  assertEquals(
    row(80, { server: "\x1b[31mevil\n\u{202e}" }),
    "open #lobby · 12 people · alice·x7Kp · evil",
  );
  assertEquals(row(80, { server: "" }), "open #lobby · 12 people · alice·x7Kp");
});

Deno.test("statusRow() never takes more columns than there are", () => {
  const all = {
    connection: "reconnecting in 4 s",
    waiting: 2,
    unread: [{ label: "#漢字", count: 1, urgent: true }],
    busy: "sending…",
  };
  for (let columns = 0; columns < 90; columns++) {
    assert(textWidth(row(columns, all)) <= columns);
  }
});

Deno.test("statusRow() says at any width who can read, cutting the label first", () => {
  const sealed = { secrecy: "sealed", room: "&plans" } as const;
  assertEquals(row(13, sealed), "sealed &plans");
  assertEquals(row(11, sealed), "sealed &pl…");
  assertEquals(row(9, sealed), "sealed");
  assertEquals(row(6, sealed), "sealed");
  for (let columns = 4; columns < 99; columns++) {
    assert(row(columns, { connection: "lost" }).startsWith("open"));
  }
});

Deno.test("statusRow() tells why there are no keys, in as many words as fit", () => {
  const keys = { short: "no keys", long: "ask a member for it", alarm: true };
  const sealed = { secrecy: "sealed", room: "&plans", keys } as const;
  assertEquals(row(35, sealed), "sealed &plans · ask a member for it");
  assertEquals(row(34, sealed), "sealed &plans · no keys");
  assertEquals(row(20, sealed), "sealed &plans");
  const [alarm] = statusRow({ ...status, ...sealed }, 99)
    .filter((span) => span.alarm);
  assertEquals(alarm?.text, keys.long);
});
