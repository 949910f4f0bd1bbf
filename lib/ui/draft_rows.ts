import type { Draft } from "./draft.ts";
import { graphemes, textWidth } from "./width.ts";

/** A draft cut into the rows of a screen, around the cursor. */
export interface DraftRows {
  readonly above: readonly string[];
  /** The cursor's row, left of the cursor. */
  readonly before: string;
  /** The cursor's row, from the cursor on. */
  readonly after: string;
  readonly below: readonly string[];
  /** Whether rows are hidden above or below these. */
  readonly hiddenAbove: boolean;
  readonly hiddenBelow: boolean;
}

/** A tab inside a draft is shown as wide as peers will see it. */
const TAB = "    ";

/**
 * Lays `draft` out in rows of at most `columns`, and of those shows at most
 * `maxRows`, so that the cursor's row is among them.
 */
export function draftRows(
  draft: Draft,
  { columns, maxRows }: { columns: number; maxRows: number },
): DraftRows {
  const before = rowsOf(draft.text.slice(0, draft.cursor), columns, 0);
  const used = textWidth(before.at(-1) ?? "");
  const after = rowsOf(draft.text.slice(draft.cursor), columns, used);
  const rows = [...before.slice(0, -1), "", ...after.slice(1)];
  const at = before.length - 1;
  const first = Math.max(
    0,
    Math.min(at - Math.floor(maxRows / 2), rows.length - maxRows),
  );
  const last = Math.min(rows.length, first + maxRows);
  return {
    above: rows.slice(first, at),
    before: before[at] ?? "",
    after: after[0] ?? "",
    below: rows.slice(at + 1, last),
    hiddenAbove: first > 0,
    hiddenBelow: last < rows.length,
  };
}

/** Breaks `text` into rows, the first of which has `used` columns taken. */
function rowsOf(text: string, columns: number, used: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const grapheme of graphemes(text)) {
    const shown = grapheme === "\t" ? TAB : grapheme;
    const width = textWidth(shown);
    if (grapheme === "\n" || used + width > columns) {
      rows.push(row);
      [row, used] = ["", 0];
      if (grapheme === "\n") continue;
    }
    row += shown;
    used += width;
  }
  return [...rows, row];
}
