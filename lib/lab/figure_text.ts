import type { Bars, ByteHistograms, Figure, Points, Table } from "./figure.ts";
import { chiSquare, entropy } from "./uniformity.ts";

const EIGHTHS = [..." ▁▂▃▄▅▆▇█"];
const BAR_COLUMNS = 40;
const PLOT_ROWS = 10;
const PLOT_COLUMNS = 64;
const MARKS = [..."●○×+◆◇"];

/** A figure as rows of characters, at most 79 columns wide for short labels. */
export function figureText(figure: Figure): string[] {
  switch (figure.kind) {
    case "bars":
      return bars(figure);
    case "bytes":
      return byteHistograms(figure);
    case "points":
      return points(figure);
    case "table":
      return table(figure);
  }
}

/** A number as people read it: three digits that count at least. */
export function readable(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

function bars({ unit, bars, max }: Bars): string[] {
  const most = max ?? Math.max(...bars.map(({ value }) => value));
  const width = Math.max(...bars.map(({ label }) => label.length));
  return bars.map(({ label, value, chance }) => {
    const full = Math.round((most === 0 ? 0 : value / most) * BAR_COLUMNS);
    const by = chance === undefined ? "" : ` (chance: ${readable(chance)})`;
    return `${label.padEnd(width)}  ${"█".repeat(full)}${
      full === 0 ? "▏" : ""
    } ${readable(value)} ${unit}${by}`;
  });
}

/** A column is four values of a byte; all panels have one scale. */
function byteHistograms({ panels }: ByteHistograms): string[] {
  return panels.flatMap(({ label, counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const columns = Array.from(
      { length: 64 },
      (_, at) =>
        counts.slice(4 * at, 4 * at + 4).reduce((sum, n) => sum + n, 0),
    );
    const most = Math.max(1, ...columns);
    const heights = columns.map((n) => Math.round(n / most * 24));
    const rows = [2, 1, 0].map((row) =>
      heights.map((height) =>
        EIGHTHS[Math.max(0, Math.min(8, height - 8 * row))]
      ).join("").trimEnd()
    );
    return [
      `${label}: ${readable(total)} bytes, ${
        entropy(counts).toFixed(2)
      } bits a byte, chi square ${readable(Math.round(chiSquare(counts)))}`,
      ...rows,
      `00${" ".repeat(13)}40${" ".repeat(14)}80${" ".repeat(14)}c0${
        " ".repeat(13)
      }ff`,
    ];
  });
}

function points({ x, y, series }: Points): string[] {
  const all = series.flatMap(({ points }) => points);
  const right = Math.max(1e-9, ...all.map(([x]) => x));
  const top = Math.max(1e-9, ...all.map(([, y]) => y));
  const grid = Array.from(
    { length: PLOT_ROWS },
    () => Array<string>(PLOT_COLUMNS).fill(" "),
  );
  series.forEach(({ points }, index) => {
    for (const [x, y] of points) {
      const column = Math.round(x / right * (PLOT_COLUMNS - 1));
      const row = PLOT_ROWS - 1 - Math.round(y / top * (PLOT_ROWS - 1));
      const line = grid[row];
      if (line !== undefined) line[column] = MARKS[index % MARKS.length] ?? "*";
    }
  });
  return [
    `${y} up to ${readable(top)}`,
    ...grid.map((line) => `│${line.join("").trimEnd()}`),
    `└${"─".repeat(PLOT_COLUMNS)} ${x} up to ${readable(right)}`,
    ...series.map(({ label }, index) =>
      `${MARKS[index % MARKS.length]} ${label}`
    ),
  ];
}

function table({ columns, rows }: Table): string[] {
  const cells = [
    [...columns],
    ...rows.map((row) =>
      row.map((cell) => typeof cell === "number" ? readable(cell) : cell)
    ),
  ];
  const isNumber = columns.map((_, at) =>
    rows.length > 0 && rows.every((row) => typeof row[at] === "number")
  );
  const widths = columns.map((_, at) =>
    Math.max(...cells.map((row) => row[at]?.length ?? 0))
  );
  return cells.map((row) =>
    row.map((cell, at) =>
      isNumber[at]
        ? cell.padStart(widths[at] ?? 0)
        : cell.padEnd(widths[at] ?? 0)
    ).join("  ").trimEnd()
  );
}
