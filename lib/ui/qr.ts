import { encode } from "uqr";
import type { Size } from "./block.ts";
import type { Line, Span } from "./style.ts";

/** Most characters a code takes: those of a link, and it has room for more. */
export const MAX_QR_CHARACTERS = 2048;

/**
 * Light modules around a code, without which scanners do not find it
 * (ISO/IEC 18004:2015 section 6.3.8).
 */
const QUIET_ZONE = 4;

/** Other characters mean something else to every other scanner. */
const VISIBLE_ASCII = /^[ -~]+$/;

/** The two modules of a character, the upper one first; `1` is dark. */
const HALF_BLOCKS: Readonly<Record<string, string>> = {
  "00": " ",
  "01": "▄",
  "10": "▀",
  "11": "█",
};

/** A QR code: rows of modules with the quiet zone; `true` is dark. */
export type QrCode = readonly (readonly boolean[])[];

/** How a code is drawn. */
export interface QrDrawing {
  /** Whether there are half blocks; without, a module takes two characters. */
  readonly unicode: boolean;
}

/**
 * Makes the smallest code that holds `text`, with as much error correction as
 * fits into that size: a screen is read better when its modules are large than
 * when there are many of them.
 *
 * @param text 1 to {@linkcode MAX_QR_CHARACTERS} characters of visible ASCII or
 * spaces.
 * @throws {RangeError} when it is anything else.
 */
export function makeQrCode(text: string): QrCode {
  if (text.length > MAX_QR_CHARACTERS || !VISIBLE_ASCII.test(text)) {
    throw new RangeError("Cannot make QR code: the text is not for one");
  }
  return encode(text, { ecc: "L", boostEcc: true, border: QUIET_ZONE }).data;
}

/** What a code takes on a screen. */
export function qrSize(code: QrCode, { unicode }: QrDrawing): Size {
  return unicode
    ? { columns: code.length, rows: Math.ceil(code.length / 2) }
    : { columns: 2 * code.length, rows: code.length };
}

/**
 * Draws a code in black on white, whatever the colours of the terminal are: a
 * code in its own colours would be inverted on dark ones, which not every
 * scanner reads. With half blocks modules come out square, as a character is
 * about twice as high as it is wide.
 *
 * @returns Lines to be printed as they are, or `null` when they are wider than
 * `columns`: wrapped or cut, a code is of no use.
 */
export function drawQrCode(
  code: QrCode,
  columns: number,
  drawing: QrDrawing,
): readonly Line[] | null {
  if (qrSize(code, drawing).columns > columns) return null;
  const rows = drawing.unicode ? blockRows(code) : code.map(asciiRow);
  return rows.map((spans) => ({ spans, indent: 0, drawn: true }));
}

function blockRows(code: QrCode): readonly (readonly Span[])[] {
  return Array.from({ length: Math.ceil(code.length / 2) }, (_, row) => {
    const [upper = [], lower = []] = code.slice(2 * row);
    const cells = upper.map((dark, column) =>
      HALF_BLOCKS[`${Number(dark)}${Number(lower[column] ?? false)}`]
    );
    return [{ print: "paper", text: cells.join("") }];
  });
}

/** Runs of dark and of light modules; `#` shows only where there are no colours. */
function asciiRow(modules: readonly boolean[]): readonly Span[] {
  const runs = modules.map(Number).join("").match(/0+|1+/g) ?? [];
  return runs.map((run) => ({
    print: run.startsWith("1") ? "ink" : "paper",
    text: (run.startsWith("1") ? "##" : "  ").repeat(run.length),
  }));
}
