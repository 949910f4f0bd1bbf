import type { Figure } from "../../lib/lab/figure.ts";
import { figureSvg } from "../../lib/lab/figure_svg.ts";
import { figureText, readable } from "../../lib/lab/figure_text.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FIGURES } from "./figures.ts";

Deno.test("figureText() draws bars to scale, with what chance gives", () => {
  const rows = figureText({
    kind: "bars",
    name: "b",
    title: "t",
    unit: "%",
    max: 100,
    bars: [
      { label: "all", value: 100, chance: 12.5 },
      { label: "half", value: 50 },
      { label: "no", value: 0 },
    ],
  });
  assertEquals(rows, [
    `all   ${"█".repeat(40)} 100 % (chance: 12.5)`,
    `half  ${"█".repeat(20)} 50 %`,
    "no    ▏ 0 %",
  ]);
});

Deno.test("figureText() shows equal counts as an even row, and one as a peak", () => {
  const even = Array<number>(256).fill(2);
  const peak = Array<number>(256).fill(0).with(0x41, 512);
  const [label, ...rows] = figureText({
    kind: "bytes",
    name: "b",
    title: "t",
    panels: [{ label: "even", counts: even }, { label: "peak", counts: peak }],
  });
  assertEquals(label, "even: 512 bytes, 8.00 bits a byte, chi square 0");
  assertEquals(rows.slice(0, 3), Array(3).fill("█".repeat(64)));
  assertEquals(rows.slice(5, 8), Array(3).fill(`${" ".repeat(16)}█`));
});

Deno.test("figureText() puts points where they belong", () => {
  const points: Figure = {
    kind: "points",
    name: "p",
    title: "t",
    x: "across",
    y: "up",
    series: [{ label: "one", points: [[0, 0], [5, 9]] }],
  };
  const rows = figureText(points);
  assertEquals(rows[1], `│${" ".repeat(63)}●`);
  assertEquals(rows[10], "│●");
});

Deno.test("figureText() aligns numbers to the right", () => {
  const rows = figureText({
    kind: "table",
    name: "t",
    title: "t",
    columns: ["what", "n"],
    rows: [["a", 5], ["bcdef", 1200]],
  });
  assertEquals(rows, ["what       n", "a          5", "bcdef  1,200"]);
});

Deno.test("readable() rounds to what counts", () => {
  assertEquals([1234, 0.123, 12.34, 123.4].map(readable), [
    "1,234",
    "0.12",
    "12.3",
    "123",
  ]);
});

for (const figure of FIGURES) {
  Deno.test(`figureSvg() lets no text of a peer out of its place in ${figure.kind}`, () => {
    const svg = figureSvg(figure);
    assertEquals(svg === undefined, figure.kind === "table");
    assert(
      !/<script|alert\(1\)<|[\p{Cc}\p{Cf}]|NaN|Infinity/u.test(svg ?? ""),
      svg,
    );
  });
}
