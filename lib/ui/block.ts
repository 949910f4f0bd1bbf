import type { Draft } from "./draft.ts";
import { draftRows } from "./draft_rows.ts";
import type { Span } from "./style.ts";
import { textWidth, truncate } from "./width.ts";

/** One row of a screen. */
export type Row = readonly Span[];

/** What stands below the transcript: the text being written and its status. */
export interface Block {
  readonly above: readonly Row[];
  /** The cursor's row, left of the cursor. */
  readonly before: Row;
  /** The cursor's row, from the cursor on. */
  readonly after: Row;
  readonly below: readonly Row[];
}

/** The size of a screen, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Rows a text takes at most while it is written. */
const MAX_DRAFT_ROWS = 8;
/** Columns that the name of a room has at least. */
const MIN_LABEL = 6;

/**
 * Lays out a text being written.
 *
 * @param options `label` stands before it; `status` below it, if there is room;
 * `pending` above it.
 */
export function draftBlock(
  draft: Draft,
  size: Size,
  options: {
    readonly label: Row;
    readonly status?: Row;
    readonly pending?: readonly Row[];
  },
): Block {
  const indent = widthOf(options.label);
  const hasStatus = options.status !== undefined && size.rows >= 4;
  const { above, before, after, below, hiddenAbove, hiddenBelow } = draftRows(
    draft,
    {
      // One column stays free for the cursor after a full row.
      columns: Math.max(2, size.columns - indent - 1),
      maxRows: Math.max(
        1,
        Math.min(MAX_DRAFT_ROWS, Math.floor(size.rows / 2)),
      ),
    },
  );
  const last = above.length + below.length;
  const label = (row: number): Row => {
    if (row === 0 && !hiddenAbove) return options.label;
    const more = row === 0 ? "↑" : row === last && hiddenBelow ? "↓" : "";
    return [{ dim: true, text: more.padEnd(indent) }];
  };
  return {
    above: [
      ...options.pending ?? [],
      ...above.map((text, row) => [...label(row), { text }]),
    ],
    before: [...label(above.length), { text: before }],
    after: [{ text: after }],
    below: [
      ...below.map((text, row) => [
        ...label(above.length + 1 + row),
        { text },
      ]),
      ...hasStatus && options.status !== undefined ? [options.status] : [],
    ],
  };
}

/** What stands before the text: where it goes, in at most a third of the row. */
export function promptLabel(room: string, columns: number): Row {
  const most = Math.max(MIN_LABEL, Math.floor(columns / 3) - 3);
  return [{ dim: true, text: truncate(room, most) }, {
    bold: true,
    text: " › ",
  }];
}

/** Columns a row takes. */
export function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + textWidth(text), 0);
}
