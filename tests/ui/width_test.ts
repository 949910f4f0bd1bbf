import fc from "fast-check";
import {
  graphemes,
  textWidth,
  truncate,
  widestWidth,
} from "../../lib/ui/width.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("textWidth() counts columns, not characters", () => {
  const columns: Record<string, number> = {
    "": 0,
    "hello": 5,
    "café": 4,
    "cafe\u{301}": 4,
    "漢字": 4,
    "ｆｕｌｌ": 8,
    "한국": 4,
    "שלום": 4,
    "👍🏽": 2,
    "👨\u{200d}👩\u{200d}👧": 2,
    "🇩🇪": 2,
    "❤\u{fe0f}": 2,
    "ก็": 1,
  };
  for (const [text, width] of Object.entries(columns)) {
    assertEquals(textWidth(text), width, text);
  }
});

Deno.test("graphemes() splits what a reader counts as characters", () => {
  assertEquals(graphemes("ab"), ["a", "b"]);
  assertEquals(graphemes("e\u{301}👍🏽🇩🇪"), ["e\u{301}", "👍🏽", "🇩🇪"]);
});

Deno.test("truncate() keeps what fits and never cuts a grapheme", () => {
  assertEquals(truncate("hello", 5), "hello");
  assertEquals(truncate("hello", 4), "hel…");
  assertEquals(truncate("漢字漢字", 4), "漢…");
  assertEquals(truncate("ae\u{301}b", 2), "a…");
  assertEquals(truncate("hello", 1), "…");
  assertEquals(truncate("hello", 0), "");
});

Deno.test("truncate() gives at most the columns asked for", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, fc.nat(20), (text, columns) => {
    assert(textWidth(truncate(text, columns)) <= columns);
  }));
});

Deno.test("widestWidth() counts code points apart where that is wider", () => {
  const widths = [
    "x",
    "漢",
    "é",
    "e\u{301}",
    "👨\u{200d}👩\u{200d}👧",
    "☺\u{fe0f}",
  ];
  assertEquals(widths.map(widestWidth), [1, 2, 1, 1, 6, 2]);
});
