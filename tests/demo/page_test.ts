import {
  paragraph,
  print,
  sideBySide,
  sizeTable,
  verdictRows,
} from "../../demo/page.ts";
import { splitFrames } from "../../lib/lab/frames.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { utf8 } from "../../lib/bytes.ts";
import { assert, assertEquals } from "../support/assert.ts";

const [frame] = splitFrames(encodeFrame(utf8("what the relay sees")));
assert(frame !== undefined);
const long = { spans: [{ text: "many words ".repeat(40) }], indent: 2 };

Deno.test("sideBySide() puts a text beside the frames it made", () => {
  const rows = sideBySide(
    { spans: [{ text: "Alice: hello" }], indent: 2 },
    [{ way: "up", frame, rows: 1 }, { way: "down", frame, rows: 2 }],
  );
  assertEquals(rows.map((row) => print(row, "none")), [
    "Alice: hello                    ↑   23 00000013 77686174 20746865 ....what.the",
    "                                ↓   23 00000013 77686174 20746865 ....what.the",
    "                                       2072656c 61792073 656573   .relay.sees ",
  ]);
});

Deno.test("sideBySide() shortens a long text", () => {
  const rows = sideBySide(long, [], { maxRows: 3 });
  assertEquals(rows.map((row) => print(row, "none")).slice(2), ["  ..."]);
});

Deno.test("no row is wider than a terminal of 80 columns", () => {
  const rows = [
    ...sideBySide(long, [{ way: "up", frame, rows: 3 }]),
    ...paragraph(long),
    ...verdictRows({
      claim: "x".repeat(50),
      held: true,
      evidence: "y ".repeat(99),
    }),
    ...sizeTable(Array.from({ length: 9 }, () => ({ said: 9999, seen: 9999 }))),
  ];
  for (const row of rows) assert(textWidth(print(row, "none")) < 80);
});

Deno.test("verdictRows() says FAILED when it did not hold, without colours too", () => {
  const verdict = { claim: "All is well", held: false, evidence: "it is not" };
  const [row = []] = verdictRows(verdict);
  assertEquals(print(row, "none"), "FAILED  All is well: it is not");
  assert(print(row, 16).includes("\x1b["));
});
