import fc from "fast-check";
import { MAX_NAME_GRAPHEMES } from "../../lib/protocol/limits.ts";
import { type Name, tryParseName } from "../../lib/room/name.ts";
import { suggestName } from "../../lib/room/suggestion.ts";
import { assert, assertEquals } from "../support/assert.ts";

const anyName = (): boolean => true;
const butFor = (...taken: string[]) => (name: Name): boolean =>
  !taken.includes(name.shown);

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
  assertEquals(suggestName("bob", () => ++tried < 0), null);
  assertEquals(tried, 99);
});

Deno.test("suggestName() suggests only what is valid and free", () => {
  const raw = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  );
  fc.assert(fc.property(raw, fc.nat(3), (text, skip) => {
    let seen = 0;
    const suggestion = suggestName(text, () => seen++ === skip);
    if (suggestion === null) return;
    const name = tryParseName(suggestion);
    assert(name !== null, suggestion);
    assertEquals(name.shown, suggestion);
  }));
});
