import fc from "fast-check";
import { MAX_NAME_GRAPHEMES } from "../../lib/protocol/limits.ts";
import { tryParseName } from "../../lib/room/name.ts";
import { type NameRules, suggestName } from "../../lib/room/suggestion.ts";
import { assert, assertEquals } from "../support/assert.ts";

const isAllowed = (): boolean => true;
const anyName: NameRules = { isAllowed, isFree: () => true };
const butFor = (...taken: string[]): NameRules => ({
  isAllowed,
  isFree: (name) => !taken.includes(name.shown),
});

const REPAIRED: [string, string | null][] = [
  ["alice", "alice"],
  ["bob smith", "bob-smith"],
  ["  bob\t\tsmith ", "bob-smith"],
  ["O'Brien", "OBrien"],
  ["a--b..c", "a-b.c"],
  ["-_x_-", "x"],
  ["ﬁsh", "fish"],
  ["bob😀", "bob"],
  ["\u0430lice", "lice"], // Cyrillic a
  ["\u202eecila", "ecila"],
  ["x".repeat(99), "x".repeat(MAX_NAME_GRAPHEMES)],
  ["x".repeat(31) + "-y", "x".repeat(31)],
  ["க்ஷ".repeat(15), "க்ஷ".repeat(14)],
  ["😀", null],
  ["", null],
  ["١1", null],
];

for (const [raw, suggestion] of REPAIRED) {
  const from = raw.slice(0, 12).replace("\u202e", "(bidi override)");
  Deno.test(`suggestName() makes ${suggestion} of "${from}"`, () => {
    assertEquals(suggestName(raw, anyName), suggestion);
  });
}

Deno.test("suggestName() counts up from a name that is not free", () => {
  assertEquals(suggestName("bob", butFor("bob")), "bob-2");
  assertEquals(suggestName("bob", butFor("bob", "bob-2")), "bob-3");
  const longest = "x".repeat(MAX_NAME_GRAPHEMES);
  const shortened = "x".repeat(MAX_NAME_GRAPHEMES - 2) + "-2";
  assertEquals(suggestName(longest, butFor(longest)), shortened);
});

Deno.test("suggestName() gives up when nothing near is free", () => {
  let tried = 0;
  const isFree = (): boolean => ++tried < 0;
  assertEquals(suggestName("bob", { isAllowed, isFree }), null);
  assertEquals(tried, 9);
});

Deno.test("suggestName() suggests nothing near a name that is not allowed", () => {
  const isFree = ({ shown }: { shown: string }): boolean => shown !== "bob";
  const rules = (allowed: string): NameRules => ({
    isAllowed: ({ shown }) => shown === allowed,
    isFree,
  });
  assertEquals(suggestName("bob", rules("bob-2")), null);
  assertEquals(suggestName("bob", rules("bob")), null);
});

Deno.test("suggestName() parses no more than a few names, or entering costs too much", () => {
  // What is parsed is compared with Intl.Segmenter: count the calls of its.
  const { prototype } = Intl.Segmenter;
  const { segment } = prototype;
  let calls = 0;
  prototype.segment = function (text: string): Intl.Segments {
    calls += 1;
    return segment.call(this, text);
  };
  try {
    const isFree = (): boolean => false;
    assertEquals(suggestName("ộ".repeat(32), { isAllowed, isFree }), null);
  } finally {
    prototype.segment = segment;
  }
  assertEquals(calls, 4); // two names, each shortened and parsed
});

Deno.test("suggestName() suggests only what is valid and free", () => {
  const raw = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  );
  fc.assert(fc.property(raw, fc.nat(3), (text, skip) => {
    let seen = 0;
    const isFree = (): boolean => seen++ === skip;
    const suggestion = suggestName(text, { isAllowed, isFree });
    if (suggestion === null) return;
    const name = tryParseName(suggestion);
    assert(name !== null, suggestion);
    assertEquals(name.shown, suggestion);
  }));
});
