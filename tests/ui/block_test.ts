import fc from "fast-check";
import { draftBlock, promptLabel, widthOf } from "../../lib/ui/block.ts";
import { draftRows } from "../../lib/ui/draft_rows.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("draftRows() loses nothing of a draft that fits", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "漢", "\n", "👍🏽", " ") });
  fc.assert(fc.property(text, fc.nat(), (text, seed) => {
    const borders = Array.from(
      new Intl.Segmenter().segment(text),
      ({ index }) => index,
    );
    const cursor = [...borders, text.length][seed % (borders.length + 1)] ?? 0;
    const rows = draftRows({ text, cursor }, { columns: 5, maxRows: 999 });
    const before = [...rows.above, rows.before].join("");
    const after = [rows.after, ...rows.below].join("");
    assertEquals(before, text.slice(0, cursor).replaceAll("\n", ""));
    assertEquals(after, text.slice(cursor).replaceAll("\n", ""));
    assert(!rows.hiddenAbove && !rows.hiddenBelow);
    for (
      const row of [...rows.above, rows.before + rows.after, ...rows.below]
    ) {
      assert(widthOf([{ text: row }]) <= 5, row);
    }
  }));
});

Deno.test("draftRows() shows the rows around the cursor", () => {
  const text = "1\n2\n3\n4\n5\n6";
  for (let cursor = 0; cursor <= text.length; cursor += 2) {
    const rows = draftRows({ text, cursor }, { columns: 5, maxRows: 3 });
    assertEquals(rows.above.length + 1 + rows.below.length, 3);
    assertEquals(rows.after, String(cursor / 2 + 1));
  }
});

Deno.test("draftBlock() leaves out the status on a screen too low for it", () => {
  const options = { label: [{ text: "> " }], status: [{ text: "status" }] };
  const draft = { text: "x", cursor: 1 };
  const low = draftBlock(draft, { columns: 20, rows: 3 }, options);
  const high = draftBlock(draft, { columns: 20, rows: 4 }, options);
  assertEquals([low.below.length, high.below.length], [0, 1]);
});

Deno.test("promptLabel() says at any width who can read, cutting the label first", () => {
  const prompt = (columns: number): string =>
    toPlain(promptLabel({ secrecy: "sealed", label: "&a-long-name" }, columns));
  assertEquals(prompt(80), "sealed &a-long-name> ");
  assertEquals(prompt(30), "sealed &a-long-n…> ");
  assertEquals(prompt(20), "sealed &a…> ");
  assertEquals(prompt(19), "sealed> ");
  for (let columns = 1; columns < 99; columns++) {
    const label = prompt(columns);
    assert(label.startsWith("sealed") && label.endsWith("> "), label);
    assert(columns < 16 || label.length + 8 <= columns, label);
  }
});
