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
/** Columns that the label of a room may have, however narrow a screen is. */
const MIN_LABEL = 6;
/** Columns below which a label tells nothing. */
const MIN_CUT = 3;
/** Columns kept free for the text. */
const MIN_TEXT = 8;

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

/**
 * What stands before the text: who can read it, and where it goes. The word is
 * always there; on a narrow screen the label is cut, or left out.
 */
export function promptLabel(
  { secrecy, label }: { readonly secrecy: string; readonly label: string },
  columns: number,
): Row {
  const left = columns - textWidth(secrecy) - 3 - MIN_TEXT;
  const most = Math.min(left, Math.max(MIN_LABEL, Math.floor(columns / 3)));
  const room = most < MIN_CUT ? "" : truncate(label, most);
  return [
    { bold: true, text: secrecy },
    { dim: true, text: room === "" ? "" : ` ${room}` },
    { bold: true, text: "> " },
  ];
}

/** Columns a row takes. */
export function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + textWidth(text), 0);
}
