import fc from "fast-check";
import { ChatError } from "../../lib/errors.ts";
import {
  MAX_NAME_BYTES,
  MAX_NAME_GRAPHEMES,
} from "../../lib/protocol/limits.ts";
import { utf8Length } from "../../lib/protocol/text.ts";
import { numbered, parseName, tryParseName } from "../../lib/room/name.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "../support/assert.ts";

const VALID = [
  "a",
  "7",
  "alice",
  "Alice-2",
  "mañana.día_2",
  "Straße",
  "Nguyễn",
  "李小龍",
  "たなかカナー",
  "김철수",
  "ann李",
  "Мария",
  "Ελένη",
  "אבג1",
  "محمد٣",
  "नमस्ते",
  "สวัสดี",
  "x".repeat(MAX_NAME_GRAPHEMES),
  "龍".repeat(MAX_NAME_GRAPHEMES),
];

Deno.test("parseName() takes names of one script, or of scripts that mix", () => {
  for (const name of VALID) assertEquals(parseName(name).shown, name);
});

const INVALID: [string, string, string][] = [
  ["no name", "", "empty"],
  ["spaces alone", " \u3000", "empty"],
  ["33 characters", "x".repeat(MAX_NAME_GRAPHEMES + 1), "longer"],
  [
    "more than 128 bytes",
    "e\u0302\u0323".repeat(32).normalize("NFD") + "xx",
    "longer",
  ],
  ["many bytes in few characters", "க்ஷ".repeat(15), "longer"],
  ["a space", "bob smith", "U+0020"],
  ["a no-break space", "bob\u00a0smith", "U+00A0"],
  ["a control character", "bob\u0007", "U+0007"],
  ["a line feed", "bob\nsmith", "U+000A"],
  ["a bidi override", "bob\u202e", "U+202E"],
  ["a zero width joiner", "bo\u200db", "U+200D"],
  ["a soft hyphen", "bo\u00adb", "U+00AD"],
  ["a Hangul filler", "bo\u3164b", "U+3164"],
  ["a variation selector", "bob\ufe0f", "U+FE0F"],
  ["an unassigned character", "bob\u0378", "U+0378"],
  ["a private character", "bob\ue000", "U+E000"],
  ["a lone surrogate", "bob\ud800", "U+D800"],
  ["an emoji", "bob😀", "U+1F600"],
  ["an apostrophe", "o'neil", "U+0027"],
  ["a ligature", "ﬁsh", "U+FB01"],
  ["a circled digit", "bob①", "U+2460"],
  ["a mathematical letter", "𝐛ob", "U+1D41B"],
  ["a character of a dead script", "\u{10330}", "U+10330"],
  ["a hyphen first", "-bob", "begins"],
  ["a mark first", "\u0301bob", "begins"],
  ["a dot last", "bob.", "after each"],
  ["two hyphens", "bob--smith", "after each"],
  ["a mark on a hyphen", "bob-\u0308smith", "after each"],
  ["Latin with Cyrillic", "\u0430lice", "mixes scripts"],
  ["Latin with Greek", "al\u03b9ce", "mixes scripts"],
  ["Latin with Hebrew", "bob\u05d0", "mixes scripts"],
  ["Hiragana with Hangul", "た김", "mixes scripts"],
  ["Cyrillic with Han", "и李", "mixes scripts"],
  ["digits of two kinds", "م3٣", "mixes digits"],
  ["Arabic digits of two kinds", "م٤۴", "mixes digits"],
  ["the same mark twice", "a\u0323\u0323", "marks"],
  ["five marks", "a\u0323\u0331\u0302\u0309\u0303", "marks"],
  ["a right-to-left name with a digit first", "1אבג", "right to left"],
];

for (const [what, raw, why] of INVALID) {
  Deno.test(`parseName() refuses ${what}`, () => {
    const error = assertThrows(() => parseName(raw), ChatError, why);
    assertEquals(error.code, "CHAT_NAME_INVALID");
    assertEquals(tryParseName(raw), null);
  });
}

Deno.test("parseName() trims, maps width and composes what is shown", () => {
  assertEquals(parseName(" alice\u3000").shown, "alice");
  assertEquals(parseName("Ａｌｉｃｅ").shown, "Alice");
  assertEquals(parseName("ｶﾅ").shown, "カナ");
  assertEquals(parseName("nin\u0303o").shown, "niño");
});

const SAME: [string, string][] = [
  ["alice", "ALICE"],
  ["Straße", "STRASSE"],
  ["ΣΑΣ", "σας"],
  ["niño", "NIN\u0303O"],
  ["ＢＯＢ", "bob"],
];

for (const [one, other] of SAME) {
  Deno.test(`parseName() gives ${one} and ${other} one form`, () => {
    assertEquals(parseName(one).form, parseName(other).form);
  });
}

const ALIKE: [string, string][] = [
  ["alice", "aIice"],
  ["alice", "a1ice"],
  ["Alice", "AIice"],
  ["bob", "b0b"],
  ["BOB", "\u0412\u041e\u0412"], // Cyrillic
  ["cop", "\u0441\u043e\u0440"], // Cyrillic
  ["mark", "rnark"],
  ["Mark", "rnark"],
  ["alice", "ALlCE"], // its capitals
  ["admin", "ADMlN"],
  ["administrator", "ADMlNlSTRATOR"],
  ["VOI", "\u03bd\u03bf\u03b9"], // Greek, like its small letters
  ["Noa", "\u039doa".replace("oa", "\u03bf\u03b1")], // Greek
  ["\u0661\u0662".replace("\u0661", "م\u0661"), "م\u06f1\u06f2"],
];

for (const [one, other] of ALIKE) {
  Deno.test(`parseName() gives ${one} and ${other} one look, two forms`, () => {
    assert(areAlike(one, other));
    assertNotEquals(parseName(one).form, parseName(other).form);
  });
}

function areAlike(one: string, other: string): boolean {
  const { looks } = parseName(other);
  return parseName(one).looks.some((look) => looks.includes(look));
}

Deno.test("parseName() tells names apart that a reader can", () => {
  for (const other of ["alicia", "alice2", "a-lice", "alícé", "alise"]) {
    assert(!areAlike("alice", other), other);
    assertNotEquals(parseName("alice").form, parseName(other).form);
  }
});

Deno.test("numbered() is what parseName() makes of a name with that number", () => {
  for (const name of VALID.filter((name) => name.length <= 30)) {
    for (let number = 2; number <= 9; number++) {
      const parsed = tryParseName(`${name}-${number}`);
      if (parsed !== null) {
        assertEquals(numbered(parseName(name), number), parsed);
      }
    }
  }
});

Deno.test("parseName() is stable, and one form has one length limit", () => {
  const alphabet = fc.constantFrom(
    ..."abIl1O0ßñé-_.иа李김カΣσアｱ٣א\u0301\u0323",
  );
  const text = fc.array(alphabet, { maxLength: 40 }).map((c) => c.join(""));
  fc.assert(fc.property(text, (raw) => {
    const name = tryParseName(raw);
    if (name === null) return;
    assertEquals(parseName(name.shown), name);
    assertEquals(parseName(name.shown.normalize("NFD")), name);
    assertEquals(name.shown.normalize("NFC"), name.shown);
    assert(utf8Length(name.shown) <= MAX_NAME_BYTES);
    const other = tryParseName(name.shown.toUpperCase());
    if (other !== null) assertEquals(other.form, name.form);
  }));
});
