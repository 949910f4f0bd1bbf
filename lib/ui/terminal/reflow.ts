import { type Block, type Row, widthOf } from "../block.ts";
import { graphemes, textWidth } from "../width.ts";
import type { Reflow } from "./terminal_io.ts";

/**
 * Rows between the first of `block` and the cursor, now that a screen on which
 * it was drawn `from` columns wide has `to` of them: terminals that wrap rows
 * anew when they become narrower have moved the block apart.
 */
export function rowsAboveCursor(
  { above, before }: Block,
  { from, to, reflow }: { from: number; to: number; reflow: Reflow },
): number {
  if (to >= from || reflow === "none") return above.length;
  const wrapped = above.reduce((sum, row) => sum + wraps(row, to) + 1, 0);
  return wrapped + (reflow === "all" ? wraps(before, to) : 0);
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
