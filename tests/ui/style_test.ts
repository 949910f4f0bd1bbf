import { toAnsi, toPlain } from "../../lib/ui/style.ts";
import { assertEquals } from "../support/assert.ts";

const spans = [
  { text: "a", hue: 0, bold: true },
  { text: "b" },
  { text: "c", dim: true },
  { text: "d", alarm: true },
  { text: "e", reverse: true },
  { text: "", bold: true },
];

Deno.test("toPlain() gives the text alone", () => {
  assertEquals(toPlain(spans), "abcde");
});

Deno.test("toAnsi() uses the colours there are", () => {
  const rest = "b\x1b[2mc\x1b[m\x1b[33md\x1b[m\x1b[7me\x1b[m";
  assertEquals(toAnsi(spans, 256), `\x1b[1;38;5;203ma\x1b[m${rest}`);
  assertEquals(toAnsi(spans, 16), `\x1b[1;31ma\x1b[m${rest}`);
});

Deno.test("toAnsi() without colours keeps weight, which NO_COLOR allows", () => {
  assertEquals(
    toAnsi(spans, 0),
    "\x1b[1ma\x1b[mb\x1b[2mc\x1b[md\x1b[7me\x1b[m",
  );
});

Deno.test("toAnsi() prints black on white in every terminal", () => {
  const spans = [
    { text: "a", print: "paper" },
    { text: "b", print: "ink" },
  ] as const;
  assertEquals(
    toAnsi(spans, 256),
    "\x1b[38;5;16;48;5;231ma\x1b[m\x1b[38;5;16;48;5;16mb\x1b[m",
  );
  for (const colours of [0, 16] as const) {
    assertEquals(
      toAnsi(spans, colours),
      "\x1b[30;47ma\x1b[m\x1b[30;40mb\x1b[m",
    );
  }
});
