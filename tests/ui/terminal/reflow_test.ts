import type { Block } from "../../../lib/ui/block.ts";
import { rowsAboveCursor } from "../../../lib/ui/terminal/reflow.ts";
import { assertEquals } from "../../support/assert.ts";

const block: Block = {
  above: [[{ text: "x".repeat(20) }], [{ text: "漢".repeat(10) }]],
  before: [{ text: "y".repeat(12) }],
  after: [],
  below: [[{ text: "z".repeat(15) }]],
};

function rows(to: number, reflow: "all" | "xterm_js" | "none"): number {
  return rowsAboveCursor(block, { from: 20, to, reflow });
}

Deno.test("rowsAboveCursor() counts what the terminal made of the rows", () => {
  assertEquals(rows(20, "all"), 2);
  assertEquals(rows(30, "all"), 2);
  assertEquals(rows(12, "all"), 2 + 2); // both rows above are two
  assertEquals(rows(10, "all"), 2 + 3); // and the cursor is one lower
  assertEquals(rows(10, "xterm_js"), 2 + 4); // and one for the row below
  assertEquals(rows(10, "none"), 2);
});

Deno.test("rowsAboveCursor() counts rows that were cut off once", () => {
  for (const to of [10, 15]) {
    assertEquals(rowsAboveCursor(block, { from: 10, to, reflow: "all" }), 2);
  }
});

Deno.test("rowsAboveCursor() knows that no wide character is halved", () => {
  assertEquals(rows(7, "all"), (2 + 1) + (3 + 1) + 1); // 7 7 6, 6 6 6 2, 7 5
});
