import fc from "fast-check";
import {
  MAX_MARKS,
  sanitizeLine,
  sanitizeText,
  stripControls,
} from "../../lib/ui/sanitize.ts";
import { anyText } from "../support/any_text.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** Where the traps are: controls, formats, joiners, marks, emoji, scripts. */
const PIECES = [
  ..."\x00\x07\b\t\n\v\f\r\x1b\x7f\x80\x85\x90\x9b\x9c\x9d",
  ..."\u{ad}\u{34f}\u{61c}\u{115f}\u{180b}\u{200b}\u{200c}\u{200d}\u{200e}",
  ..."\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}",
  ..."\u{feff}\u{fe0e}\u{fe0f}\u{fff9}\u{e000}\u{e0001}\u{e0067}\u{e007f}",
  ..."\u{e0100}\u{10ffff}\u{378}\u{301}\u{20dd}\u{e31}\u{903}",
  ..."aZ0[];m\\ ·語שفक्ʷ❤🔥👨🏽🏴🇩\u{1820}",
  "\x1b[31m",
  "\x1b]0;title\x07",
  "\ud800",
  "\udc00",
  "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
];
const hostile = fc.array(
  fc.oneof(fc.constantFrom(...PIECES), anyText()),
  { maxLength: 30 },
).map((parts) => parts.join(""));

Deno.test("sanitizeText() lets no forbidden code point out", () => {
  const forbidden = new RegExp(
    "[[\\p{Cc}\\p{Cs}\\p{Cn}\\p{Co}\\p{Zl}\\p{Zp}\\p{Bidi_Control}" +
      "\\u{200b}\\u{2060}-\\u{2064}\\u{feff}\\u{ad}\\u{34f}\\u{3164}\\u{e0001}" +
      "\\u{fff9}-\\u{fffb}]--\\n]",
    "v",
  );
  fc.assert(fc.property(hostile, (text) => {
    assert(!forbidden.test(sanitizeText(text)), JSON.stringify(text));
  }));
});

Deno.test("sanitizeText() and sanitizeLine() change nothing the second time", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const safe of [sanitizeText, sanitizeLine, stripControls]) {
        assertEquals(safe(safe(text)), safe(text));
      }
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("sanitizeLine() gives one line", () => {
  fc.assert(fc.property(hostile, (text) => {
    assert(!/[\n\t]/.test(sanitizeLine(text)), JSON.stringify(text));
  }));
});

Deno.test("sanitizeText() keeps what people write", () => {
  const plain = [
    "Hello, world! ~ {x} \\o/ \"quoted\" 'it' $5 50% #1 @bob",
    "naïve café, cafe\u{301}, Tiếng Việt, ß, İ",
    "Ελληνικά, кириллица, 日本語、中文。 한국어 ひらがな",
    "שלום עולם, سلام دنیا, مِی\u{200c}خواهم",
    "क्\u{200d}ष र\u{200d}्क, ශ්\u{200d}රී, ကျွန်ုပ်, ភាសាខ្មែរ",
    "👍🏽 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 🏳\u{fe0f}\u{200d}🌈 🇩🇪 1\u{fe0f}\u{20e3}",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} ☠\u{fe0e}",
    "葛\u{e0100}, ᠠ\u{180b}",
    "two\nlines\n\nand a paragraph",
  ];
  for (const text of plain) assertEquals(sanitizeText(text), text);
});

const CASES: readonly (readonly [why: string, text: string, safe: string])[] = [
  ["a colour", "\x1b[31mred\x1b[0m", "red"],
  ["a colour in 8-bit form", "\x9b31mred", "red"],
  ["a window title", "\x1b]0;owned\x07hi", "hi"],
  ["a link", "\x1b]8;;http://x\x1b\\hi\x1b]8;;\x1b\\", "hi"],
  ["a device control string", "\x1bPq#0\x1b\\hi", "hi"],
  ["an unfinished control string", "\x1b]0;owned hi", "0;owned hi"],
  ["a charset change", "\x1b(0lqk", "lqk"],
  ["a reset", "\x1bchi", "hi"],
  ["a nested sequence", "\x1b\x1b[31m[31mhi", "[31mhi"],
  ["a backspace", "no\b\byes", "noyes"],
  ["a carriage return that would overwrite", "alice\rbob", "alice\nbob"],
  [
    "Windows and Unicode line ends",
    "a\r\nb\u{85}c\u{2028}d\u{2029}e",
    "a\nb\nc\nd\ne",
  ],
  ["more than one empty line", "a\n\n\n\n\nb", "a\n\nb"],
  ["a tab", "a\tb", "a    b"],
  ["a bidi override", "abc\u{202e}fed\u{202c}", "abcfed"],
  ["a bidi isolate", "\u{2067}abc\u{2069}", "abc"],
  ["directional marks", "a\u{200e}b\u{200f}c\u{61c}d", "abcd"],
  ["zero-width characters", "al\u{200b}i\u{2060}c\u{feff}e\u{ad}", "alice"],
  ["joiners between Latin letters", "al\u{200d}i\u{200c}ce", "alice"],
  ["a joiner at the end of an emoji", "👍\u{200d}", "👍"],
  ["invisible letters", "a\u{3164}b\u{115f}c\u{ffa0}", "abc"],
  ["tags that spell hidden text", "hi\u{e0068}\u{e0069}", "hi"],
  ["tags after a flag that does not exist", "🏴\u{e0061}\u{e007f}", "🏴"],
  [
    "selectors that carry hidden bytes",
    "a\u{fe01}\u{fe02}\u{e0110}",
    "a\u{fe01}",
  ],
  ["a selector with nothing before it", "\u{fe0f}a \u{fe0f}b", "a b"],
  ["private use", "\u{e000}\u{f8ff}", "\u{fffd}\u{fffd}"],
  ["unassigned", "\u{378}\u{10fffd}", "\u{fffd}\u{fffd}"],
  ["lone surrogates", "a\ud800b\udc00", "a\u{fffd}b\u{fffd}"],
  [
    "a mark before any base",
    "\u{20e0}a\n\u{301}b",
    "\u{25cc}\u{20e0}a\n\u{25cc}\u{301}b",
  ],
  [
    "zalgo",
    "z" + "\u{301}".repeat(50) + "a",
    "z" + "\u{301}".repeat(MAX_MARKS) + "a",
  ],
];
for (const [why, text, safe] of CASES) {
  Deno.test(`sanitizeText() makes ${why} harmless`, () => {
    assertEquals(sanitizeText(text), safe);
  });
}

Deno.test("sanitizeLine() joins lines with one space", () => {
  assertEquals(sanitizeLine(" a \n\n  b\tc\r\n"), "a b    c");
});

Deno.test("sanitizeText() takes time in proportion to hostile text", () => {
  const unit = [
    "\x1b]",
    "\x9d",
    "\x1b[",
    "\u{301}\u{200d}",
    "❤\u{200d}",
    "\n ",
  ];
  for (const piece of unit) {
    const started = performance.now();
    sanitizeText(piece.repeat(65_536 / piece.length));
    assert(performance.now() - started < 1_000, JSON.stringify(piece));
  }
});
