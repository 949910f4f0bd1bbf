import { toPlain } from "../../lib/ui/style.ts";
import { type Status, statusRow } from "../../lib/ui/status.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { assert, assertEquals } from "../support/assert.ts";

const status: Status = {
  self: [{ text: "alice" }, { text: "·x7Kp" }],
  server: "garden.example.org",
  room: "lobby",
  people: 12,
  busy: "",
};

function row(columns: number, change: Partial<Status> = {}): string {
  return toPlain(statusRow({ ...status, ...change }, columns));
}

Deno.test("statusRow() puts the most telling first, as much as fits", () => {
  assertEquals(row(80), "12 people · lobby · alice·x7Kp · garden.example.org");
  assertEquals(row(40), "12 people · lobby · alice·x7Kp · garden…");
  assertEquals(row(34), "12 people · lobby · alice·x7Kp");
  assertEquals(row(29), "12 people · lobby");
  assertEquals(row(12), "12 people");
  assertEquals(row(5), "");
  for (let columns = 0; columns < 60; columns++) {
    assert(textWidth(row(columns, { busy: "sending…" })) <= columns);
  }
});

Deno.test("statusRow() counts, says what it waits for, and is safe", () => {
  assertEquals(row(12, { people: 1 }), "1 person");
  assertEquals(row(13, { people: 99, uncounted: true }), "99+ people");
  assertEquals(row(22, { busy: "sending…" }), "sending… · 12 people");
  assertEquals(
    row(80, { server: "\x1b[31mevil\n\u{202e}" }),
    "12 people · lobby · alice·x7Kp · evil",
  );
  assertEquals(row(80, { server: "" }), "12 people · lobby · alice·x7Kp");
});
