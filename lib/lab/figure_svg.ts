import type { Bars, ByteHistograms, Figure, Points } from "./figure.ts";
import { readable } from "./figure_text.ts";
import { escapeMarkup } from "./markup.ts";
import { chiSquare, entropy } from "./uniformity.ts";

const WIDTH = 720;
const ROW = 26;
const PANEL = 110;
const PLOT = { left: 64, top: 14, width: 632, height: 220 } as const;
const TICKS = 4;

/** Colours of figures, for light and dark; a page includes it once. */
export const FIGURE_STYLE = `.fig{font:13px system-ui,sans-serif}
.fig text{fill:#333}.fig .soft{fill:#6b6b6b;font-size:12px}.fig .axis{stroke:#b5b5b5}
.fig .c0{fill:#2b6cb0}.fig .c1{fill:#c05621}.fig .c2{fill:#2f855a}.fig .c3{fill:#805ad5}
.fig .line{fill:none;stroke-width:2}
.fig .l0{stroke:#2b6cb0}.fig .l1{stroke:#c05621}.fig .l2{stroke:#2f855a}.fig .l3{stroke:#805ad5}
.fig .chance{stroke:#c53030;stroke-width:2;stroke-dasharray:4 3}
@media(prefers-color-scheme:dark){.fig text{fill:#ddd}.fig .soft{fill:#a0a0a0}
.fig .axis{stroke:#666}.fig .c0{fill:#63a4e8}.fig .c1{fill:#ed9a5b}.fig .c2{fill:#63c28d}
.fig .c3{fill:#b594f0}.fig .l0{stroke:#63a4e8}.fig .l1{stroke:#ed9a5b}.fig .l2{stroke:#63c28d}
.fig .l3{stroke:#b594f0}.fig .chance{stroke:#ff8080}}`;

/**
 * A figure as an `<svg>` element, or `undefined` for a table.
 *
 * @param options `alone`: whether it brings its style, for a file of its own.
 */
export function figureSvg(
  figure: Figure,
  { alone = false }: { readonly alone?: boolean } = {},
): string | undefined {
  if (figure.kind === "table") return undefined;
  const { height, body } = drawing(figure);
  const style = alone ? `<style>${FIGURE_STYLE}</style>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" class="fig" role="img" viewBox="0 0 ${WIDTH} ${height}" aria-label="${
    escapeMarkup(figure.title)
  }">${style}${body}</svg>`;
}

interface Drawing {
  readonly height: number;
  readonly body: string;
}

function drawing(figure: Exclude<Figure, { kind: "table" }>): Drawing {
  switch (figure.kind) {
    case "bars":
      return bars(figure);
    case "bytes":
      return byteHistograms(figure);
    case "points":
      return points(figure);
  }
}

function bars({ unit, bars, max }: Bars): Drawing {
  const most = Math.max(1e-9, max ?? Math.max(...bars.map((b) => b.value)));
  const left = 8 + 7 * Math.max(...bars.map(({ label }) => label.length));
  const room = WIDTH - left - 110;
  const place = (value: number): number => room * Math.min(1, value / most);
  const body = bars.map(({ label, value, chance }, at) => {
    const y = at * ROW + 4;
    const width = Math.max(1, place(value));
    return text(left - 8, y + 15, label, "end") +
      `<rect class="c0" x="${left}" y="${y}" width="${
        round(width)
      }" height="18" rx="2"/>` +
      text(left + width + 8, y + 15, `${readable(value)} ${unit}`) +
      (chance === undefined
        ? ""
        : line("chance", left + place(chance), y - 3, 0, 24));
  }).join("");
  const chances = bars.some(({ chance }) => chance !== undefined);
  const legend = bars.length * ROW + 8;
  return {
    height: legend + (chances ? 22 : 0),
    body: body + (chances
      ? line("chance", left, legend, 0, 14) +
        text(left + 8, legend + 12, "by chance", "start", "soft")
      : ""),
  };
}

function byteHistograms({ panels }: ByteHistograms): Drawing {
  const body = panels.map(({ label, counts }, at) => {
    const top = at * (PANEL + 58) + 20;
    const most = Math.max(1, ...counts);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const step = (WIDTH - 32) / 256;
    const bars = counts.map((count, value) => {
      const height = PANEL * count / most;
      return count === 0
        ? ""
        : `M${round(16 + value * step)} ${round(top + 8 + PANEL)}v${
          round(-height)
        }h${round(step)}V${round(top + 8 + PANEL)}z`;
    }).join("");
    return text(
      16,
      top,
      `${label}: ${readable(total)} bytes, ${
        entropy(counts).toFixed(2)
      } bits a byte, chi square ${readable(Math.round(chiSquare(counts)))}`,
    ) +
      `<path class="c${at % 4}" d="${bars}"/>` +
      line("axis", 16, top + 8 + PANEL, WIDTH - 32, 0) +
      ["00", "20", "40", "60", "80", "a0", "c0", "e0", "ff"].map((hex) =>
        text(
          16 + parseInt(hex, 16) * step,
          top + PANEL + 24,
          hex,
          "middle",
          "soft",
        )
      ).join("");
  }).join("");
  return { height: panels.length * (PANEL + 58), body };
}

function points({ x, y, series }: Points): Drawing {
  const all = series.flatMap(({ points }) => points);
  const right = ceiling(Math.max(...all.map(([x]) => x)));
  const top = ceiling(Math.max(...all.map(([, y]) => y)));
  const { left, top: above, width, height } = PLOT;
  const bottom = above + height;
  const ticks = Array.from({ length: TICKS + 1 }, (_, at) => at / TICKS);
  const axes = ticks.map((part) =>
    line("axis", left, bottom - part * height, width, 0) +
    text(
      left - 6,
      bottom - part * height + 4,
      readable(part * top),
      "end",
      "soft",
    ) +
    text(
      left + part * width,
      bottom + 18,
      readable(part * right),
      "middle",
      "soft",
    )
  ).join("");
  const place = ([x, y]: readonly [number, number]): string =>
    `${round(left + x / right * width)} ${round(bottom - y / top * height)}`;
  const dots = series.map(({ points, joined }, index) => {
    if (joined) {
      return `<path class="line l${index % 4}" d="M${
        points.map(place).join("L")
      }"/>`;
    }
    return points.map((point) => {
      const [cx, cy] = place(point).split(" ");
      return `<circle class="c${index % 4}" r="3" cx="${cx}" cy="${cy}"/>`;
    }).join("");
  }).join("");
  const legend = series.map(({ label }, index) =>
    `<circle class="c${index % 4}" r="4" cx="${left + 6}" cy="${
      bottom + 54 + 20 * index
    }"/>` + text(left + 18, bottom + 58 + 20 * index, label)
  ).join("");
  return {
    height: bottom + 64 + 20 * series.length,
    body: axes + dots + legend +
      text(left + width, bottom + 36, x, "end", "soft") +
      text(left, above - 2, y, "start", "soft"),
  };
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: "start" | "middle" | "end" = "start",
  style = "",
): string {
  const looks = style === "" ? "" : ` class="${style}"`;
  return `<text${looks} x="${round(x)}" y="${
    round(y)
  }" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;
}

function line(
  style: string,
  x: number,
  y: number,
  dx: number,
  dy: number,
): string {
  return `<line class="${style}" x1="${round(x)}" y1="${round(y)}" x2="${
    round(x + dx)
  }" y2="${round(y + dy)}"/>`;
}

/** The next number that makes a tidy end of an axis. */
function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((n) => n * unit).find((n) =>
    n >= value
  ) ??
    value;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
