import xterm from "@xterm/headless";
import jsqr from "jsqr";

/** The colours a terminal has where a program asks for none. */
export interface Theme {
  readonly ink: number;
  readonly paper: number;
}

/** Grey levels, 0 to 255. */
export const THEMES: Readonly<Record<"dark" | "light", Theme>> = {
  dark: { ink: 204, paper: 0 },
  light: { ink: 51, paper: 255 },
};

/** Grey levels of the colours of the palette that codes are drawn in. */
const PALETTE: Readonly<Record<number, number>> = {
  0: 0,
  7: 229,
  16: 0,
  231: 255,
};

/** Pixels of a character: twice as high as wide. */
const CELL = { width: 4, height: 8 };

/** Characters between the code and the border of the picture. */
const BORDER = 2;

/**
 * Shows rows on a terminal emulator, takes a picture of it, and reads the code on
 * the picture with a decoder that has nothing in common with what made it, and
 * that does not try inverted colours.
 *
 * @returns The text, or `undefined` when nothing can be read.
 */
export async function scan(
  rows: readonly string[],
  theme: Theme,
): Promise<string | undefined> {
  const columns = 400;
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: rows.length,
    allowProposedApi: true,
  });
  await new Promise<void>((done) => terminal.write(rows.join("\r\n"), done));
  const cells = rows.map((_, row) => {
    const line = terminal.buffer.active.getLine(row);
    return Array.from({ length: columns }, (_, column) => {
      const cell = line?.getCell(column);
      if (cell === undefined) throw new RangeError("outside of the screen");
      return {
        text: cell.getChars(),
        ink: cell.isFgDefault() ? theme.ink : grey(cell.getFgColor()),
        paper: cell.isBgDefault() ? theme.paper : grey(cell.getBgColor()),
      };
    });
  });
  terminal.dispose();
  const blank = (count: number): Cell[] =>
    Array(count).fill({ text: " ", ...theme });
  const width = 2 * BORDER +
    Math.max(...cells.map((row) => 1 + row.findLastIndex(isDrawn)));
  const framed = [
    ...Array(BORDER).fill(blank(width)),
    ...cells.map((row) => [
      ...blank(BORDER),
      ...row.slice(0, width - 2 * BORDER),
      ...blank(BORDER),
    ]),
    ...Array(BORDER).fill(blank(width)),
  ];
  return read(framed, width);
}

interface Cell extends Theme {
  readonly text: string;
}

function isDrawn({ text }: Cell): boolean {
  return text !== "";
}

function read(rows: readonly Cell[][], width: number): string | undefined {
  const size = [width * CELL.width, rows.length * CELL.height] as const;
  const pixels = new Uint8ClampedArray(4 * size[0] * size[1]);
  for (let y = 0; y < size[1]; y++) {
    for (let x = 0; x < size[0]; x++) {
      const row = rows[Math.floor(y / CELL.height)] ?? [];
      const cell = row[Math.floor(x / CELL.width)];
      if (cell === undefined) throw new RangeError("rows differ in length");
      const isUpper = y % CELL.height < CELL.height / 2;
      const level = isInked(cell.text, isUpper) ? cell.ink : cell.paper;
      pixels.set([level, level, level, 255], 4 * (y * size[0] + x));
    }
  }
  const found = jsqr.default(pixels, ...size, {
    inversionAttempts: "dontInvert",
  });
  return found?.data;
}

function isInked(text: string, isUpper: boolean): boolean {
  switch (text) {
    case "":
    case " ":
      return false;
    case "█":
    case "#":
      return true;
    case "▀":
      return isUpper;
    case "▄":
      return !isUpper;
    default:
      throw new RangeError(`no code is drawn with ${text}`);
  }
}

function grey(colour: number): number {
  const level = PALETTE[colour];
  if (level === undefined) throw new RangeError(`colour ${colour}`);
  return level;
}
