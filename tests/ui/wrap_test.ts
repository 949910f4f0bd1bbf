import fc from "fast-check";
import { type Line, toPlain } from "../../lib/ui/style.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { wrapLine } from "../../lib/ui/wrap.ts";
import { assert, assertEquals } from "../support/assert.ts";

function rows(text: string, columns: number, indent = 2): string[] {
  return wrapLine({ spans: [{ text }], indent }, columns)
    .map(({ spans }) => toPlain(spans));
}

Deno.test("wrapLine() leaves what fits alone", () => {
  assertEquals(rows("", 20), [""]);
  assertEquals(rows("one two", 20), ["one two"]);
  assertEquals(rows("exactly ten", 11), ["exactly ten"]);
});

Deno.test("wrapLine() breaks at spaces and indents what follows", () => {
  assertEquals(rows("one two three four five", 10), [
    "one two",
    "  three",
    "  four",
    "  five",
  ]);
});

Deno.test("wrapLine() breaks words that are longer than a row", () => {
  assertEquals(rows("a bcdefghijklmnopqrs", 10), [
    "a bcdefghi",
    "  jklmnopq",
    "  rs",
  ]);
});

Deno.test("wrapLine() breaks between wide characters, never inside one", () => {
  assertEquals(rows("漢字漢字漢字", 11), ["漢字漢字漢", "  字"]);
});

Deno.test("wrapLine() leaves a long web address whole for the terminal to wrap", () => {
  const address = "https://example.org/a/long/path?with=query";
  const line = { spans: [{ text: `see ${address} now` }], indent: 2 };
  assertEquals(
    wrapLine(line, 20).map(({ spans, flows }) => [toPlain(spans), flows]),
    [["see", false], [`  ${address}`, true], ["  now", false]],
  );
  assertEquals(rows(`${address} and then`, 20), [address, "  and then"]);
  assertEquals(rows(`  ${address}漢`, 20), [`  ${address}`, "  漢"]);
  assertEquals(rows("http://a b", 10), ["http://a b"]);
});

Deno.test("wrapLine() breaks a long address that is not plain ASCII", () => {
  const [first] = rows("https://example.org/ä/long/path", 20);
  assertEquals(textWidth(first ?? ""), 20);
});

Deno.test("wrapLine() keeps the style of every part", () => {
  const line: Line = {
    spans: [{ text: "one t", bold: true }, { text: "wo three", dim: true }],
    indent: 1,
  };
  assertEquals(wrapLine(line, 9).map(({ spans }) => spans), [
    [{ text: "one t", bold: true }, { text: "wo", dim: true }],
    [{ text: " " }, { text: "three", dim: true }],
  ]);
});

Deno.test("wrapLine() loses nothing but spaces and keeps to the columns", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 30 }), (text, width) => {
      const all = rows(text, width, 3);
      const glyphs = (text: string): string => text.replaceAll(" ", "");
      assertEquals(glyphs(all.join("")), glyphs(text));
      for (const row of all) assert(textWidth(row) <= width);
    }),
  );
});

Deno.test("wrapLine() leaves room for terminals that draw emoji apart", () => {
  const family = "👨\u{200d}👩\u{200d}👧";
  assertEquals(rows(`${family}${family} 🇩🇪`, 10), [
    family,
    `  ${family}`,
    "  🇩🇪",
  ]);
  const wider = `${family}\u{200d}👦\u{200d}👦`; // than the whole row
  assertEquals(rows(`${wider}x`, 8), [wider, "x"]);
});

Deno.test("wrapLine() copes with a screen narrower than its margin", () => {
  assertEquals(rows("hello world", 1, 6), ["hello", "world"]);
});
