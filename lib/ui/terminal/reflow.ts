import { type Block, type Row, widthOf } from "../block.ts";
import { graphemes, textWidth } from "../width.ts";
import type { Reflow } from "./terminal_io.ts";

/**
 * Rows between the first of `block` and the cursor, now that a screen on which
 * it was drawn `from` columns wide has `to` of them: terminals that wrap rows
 * anew when they become narrower have moved the block apart.
 */
export function rowsAboveCursor(
  block: Block,
  { from, to, reflow }: { from: number; to: number; reflow: Reflow },
): number {
  const { above, before } = block;
  if (to >= from || reflow === "none") return above.length;
  if (reflow === "xterm_js") return rowsAboveXtermJs(block, to);
  return [...above, before].reduce(
    (sum, row) => sum + wraps(row, to),
    above.length,
  );
}

/**
 * The same for xterm.js, which goes from the last row to the first, lowers the
 * cursor by each row it adds, even below the cursor, and leaves alone the row
 * that the cursor is in by then (`Buffer._reflowSmaller`, version 6.0).
 */
function rowsAboveXtermJs(
  { above, before, after, below }: Block,
  columns: number,
): number {
  const rows = [...above, [...before, ...after], ...below];
  return rows.reduceRight(
    (cursor, row, at) => at === cursor ? cursor : cursor + wraps(row, columns),
    above.length,
  );
}

/** How often `row` is wrapped on a screen of `columns`. */
function wraps(row: Row, columns: number): number {
  if (widthOf(row) <= columns) return 0;
  let [count, used] = [0, 0];
  for (const grapheme of graphemes(row.map(({ text }) => text).join(""))) {
    const width = textWidth(grapheme);
    if (used + width > columns) [count, used] = [count + 1, 0];
    used += width;
  }
  return count;
}
