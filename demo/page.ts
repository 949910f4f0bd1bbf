import { hexRow } from "../lib/lab/hex_view.ts";
import type { SeenFrame } from "../lib/lab/frames.ts";
import type { Verdict } from "../lib/lab/verdict.ts";
import {
  type Colours,
  type Line,
  type Span,
  toAnsi,
  toPlain,
} from "../lib/ui/style.ts";
import { textWidth } from "../lib/ui/width.ts";
import { wrapLine } from "../lib/ui/wrap.ts";

/** Everything fits into a terminal of 80 columns. */
const COLUMNS = 79;
const LEFT_COLUMNS = 32;
const HEX_COLUMNS = 12;

/** How what held, and what did not, stand out. */
export const GOOD = { bold: true, hue: 2 } as const;
export const BAD = { bold: true, hue: 0 } as const;

/** A row that is ready to be printed, in spans. */
export type Row = readonly Span[];

/** A frame in the right column, with what the relay can tell of it. */
export interface Seen {
  readonly way: "up" | "down";
  readonly frame: SeenFrame;
  /** Rows of twelve bytes to show. */
  readonly rows: number;
}

/** `row` for a terminal with these colours. */
export function print(row: Row, colours: Colours | "none"): string {
  return colours === "none" ? toPlain(row) : toAnsi(row, colours);
}

/** A paragraph. */
export function paragraph(line: Line): Row[] {
  return wrapped(line, COLUMNS);
}

/** A heading above what follows. */
export function heading(text: string): Row[] {
  return [[], [{ text, bold: true }]];
}

/** What was said on the left, what the relay saw of it on the right. */
export function sideBySide(
  left: Line,
  right: readonly Seen[],
  options: { readonly maxRows?: number } = {},
): Row[] {
  const text = shorten(wrapped(left, LEFT_COLUMNS - 1), options.maxRows);
  const seen = right.flatMap(frameRows);
  return Array.from(
    { length: Math.max(text.length, seen.length) },
    (_, at) => {
      const [words = [], bytes] = [text[at], seen[at]];
      return bytes === undefined ? words : [...padded(words), ...bytes];
    },
  );
}

/** One claim and its evidence. */
export function verdictRows({ claim, held, evidence }: Verdict): Row[] {
  return wrapped({
    spans: [
      held ? { text: "ok", ...GOOD } : { text: "FAILED", ...BAD },
      { text: "  " },
      { text: `${claim}: `, bold: true },
      { text: evidence },
    ],
    indent: 4,
  }, COLUMNS);
}

/** Sizes of texts above the sizes of the frames they made. */
export function sizeTable(
  pairs: readonly { readonly said: number; readonly seen: number }[],
): Row[] {
  const cells = (numbers: readonly number[]): string =>
    numbers.map((number) => String(number).padStart(6)).join("");
  return [
    [{ text: "said " }, { text: cells(pairs.map(({ said }) => said)) }],
    [{ text: "seen " }, { text: cells(pairs.map(({ seen }) => seen)) }],
  ];
}

function wrapped(line: Line, columns: number): Row[] {
  return wrapLine(line, columns).map(({ spans }) => spans);
}

function frameRows({ way, frame, rows }: Seen): Row[] {
  const size = String(frame.bytes.length).padStart(5);
  return Array.from({ length: rows }, (_, at): Row => {
    const { hex, text } = hexRow(
      frame.bytes.subarray(at * HEX_COLUMNS),
      HEX_COLUMNS,
    );
    const head = at === 0
      ? `${way === "up" ? "↑" : "↓"}${size}`
      : " ".repeat(6);
    return [
      { text: `${head} ` },
      { text: hex, dim: true },
      { text: ` ${text}`, dim: true },
    ];
  });
}

function shorten(rows: Row[], maxRows = rows.length): Row[] {
  if (rows.length <= maxRows) return rows;
  return [...rows.slice(0, maxRows - 1), [{ text: "  ..." }]];
}

function padded(row: Row): Row {
  const width = textWidth(toPlain(row));
  return [...row, { text: " ".repeat(Math.max(0, LEFT_COLUMNS - width)) }];
}
