import { type Status, statusRow } from "../../lib/ui/status.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { assert, assertEquals } from "../support/assert.ts";

const status: Status = {
  self: [{ text: "alice" }, { text: "·x7Kp" }],
  server: "garden.example.org",
  room: "#lobby",
  people: 12,
};

function row(columns: number, change: Partial<Status> = {}): string {
  return toPlain(statusRow({ ...status, ...change }, columns));
}

Deno.test("statusRow() puts the most telling first, as much as fits", () => {
  assertEquals(row(80), "#lobby · 12 people · alice·x7Kp · garden.example.org");
  assertEquals(row(40), "#lobby · 12 people · alice·x7Kp · garde…");
  assertEquals(row(34), "#lobby · 12 people · alice·x7Kp");
  assertEquals(row(29), "#lobby · 12 people");
  assertEquals(row(12), "#lobby");
  assertEquals(row(5), "");
});

Deno.test("statusRow() tells what the person waits for before all else", () => {
  assertEquals(
    row(99, {
      connection: "reconnecting in 4 s",
      waiting: 2,
      failed: 1,
      typing: "bob is typing",
      receipt: "delivered",
    }),
    "reconnecting in 4 s · 1 not sent, /outbox · 2 waiting · #lobby · " +
      "bob is typing · delivered",
  );
  assertEquals(row(28, { busy: "sending…" }), "sending… · #lobby");
});

Deno.test("statusRow() names rooms with something new, urgent ones first", () => {
  const unread = [
    { label: "#dev", count: 5, urgent: false },
    { label: "@bob", count: 2_000, urgent: true },
  ];
  assertEquals(
    row(99, { unread, people: null }),
    "#lobby · @bob 999 #dev 5 · alice·x7Kp · garden.example.org",
  );
  const many = Array(6).fill(unread[0]);
  assertEquals(
    row(60, { unread: many, people: null }),
    "#lobby · #dev 5 #dev 5 #dev 5 #dev 5 and 2 more · alice·x7Kp",
  );
  const spans = statusRow({ ...status, unread }, 80);
  assertEquals(
    spans.filter(({ bold }) => bold).map(({ text }) => text),
    ["@bob"],
  );
});

Deno.test("statusRow() counts people, and is safe", () => {
  assertEquals(row(17, { people: 1 }), "#lobby · 1 person");
  assertEquals(row(19, { people: 99, uncounted: true }), "#lobby · 99+ people");
  assertEquals(
    row(80, { server: "\x1b[31mevil\n\u{202e}" }),
    "#lobby · 12 people · alice·x7Kp · evil",
  );
  assertEquals(row(80, { server: "" }), "#lobby · 12 people · alice·x7Kp");
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
