import { pendingRows } from "../../lib/ui/pending_rows.ts";
import type { Outgoing } from "../../lib/room/conversation.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { assertEquals } from "../support/assert.ts";
import { NOON } from "../support/people.ts";

const message: Outgoing = {
  number: 1,
  kind: "say",
  room: 3,
  text: "one\ntwo three four",
  at: NOON,
  state: "sending",
  why: null,
};

function rows(
  outgoing: readonly Outgoing[],
  rows = 24,
  now = NOON + 400,
): string[] {
  const size = { columns: 24, rows };
  const label = (room: number): string => `#r${room}`;
  return pendingRows(outgoing, { now, size, label }).map(toPlain);
}

Deno.test("pendingRows() shows what waits for a while, a row each", () => {
  assertEquals(rows([message]), ["     … #r3 one two thr…"]);
  assertEquals(rows([message], 24, NOON + 399), []);
  assertEquals(rows([{ ...message, state: "failed" }]), []);
});

Deno.test("pendingRows() leaves a low screen to the conversation", () => {
  assertEquals(rows([message], 9), []);
  assertEquals(rows([message], 10).length, 1);
});

Deno.test("pendingRows() says what a message waits for, if there is room", () => {
  const shown = (columns: number, why: string): string[] =>
    pendingRows([message], {
      now: NOON + 400,
      size: { columns, rows: 24 },
      label: () => "@bob",
      waitsFor: () => why,
    }).map(toPlain);
  assertEquals(shown(50, "waits for bob"), [
    "     … @bob one two three four (waits for bob)",
  ]);
  assertEquals(shown(40, "waits for bob"), [
    "     … @bob one two th… (waits for bob)",
  ]);
  assertEquals(shown(25, "waits for bob"), ["     … @bob one two thr…"]);
  assertEquals(shown(25, ""), ["     … @bob one two thr…"]);
});
