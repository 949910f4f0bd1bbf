import { Flood, MAX_UNREAD } from "../../../lib/sealing/flood.ts";
import { news, unreadable } from "../../../lib/sealing/lines.ts";
import type { KeptLine } from "../../../lib/sealing/sealed_store.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { line } from "../support/stores.ts";

function damaged(seq: number): KeptLine {
  return news(unreadable("damaged"), { room: 1, seq, at: seq });
}

Deno.test("Flood.take() gives so many entries one by one, then each doubling", () => {
  const flood = new Flood();
  const shown: number[] = [];
  for (let entry = 1; entry <= 1_024; entry++) {
    const lines = flood.take(entry, [damaged(entry)]);
    assertEquals(flood.take(entry, [damaged(entry)]), lines);
    if (lines.length > 0) shown.push(entry);
  }
  const each = Array.from({ length: MAX_UNREAD }, (_, index) => index + 1);
  assertEquals(shown, [...each, 128, 256, 512, 1_024]);
});

Deno.test("Flood.take() begins anew when something can be read, and not when nothing is to be shown", () => {
  const flood = new Flood();
  for (let entry = 1; entry <= MAX_UNREAD; entry++) {
    flood.take(entry, [damaged(entry)]);
  }
  assertEquals(flood.take(65, []), []);
  assertEquals(flood.take(66, [damaged(66)]), []);
  const [row, ...rest] = flood.take(67, [line(67)]);
  assert(row?.kind === "sealed" && row.change.kind === "unreadable");
  assert(row.change.text.includes("65 entries"));
  assertEquals(rest, [line(67)]);
  assertEquals(flood.take(67, [line(67)]), [row, line(67)]);
  assertEquals(flood.take(68, [damaged(68)]), [damaged(68)]);
});
