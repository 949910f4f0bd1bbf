import { skeletonOf } from "../../lib/room/look_alike.ts";
import { LOOK_ALIKES, REPERTOIRE } from "../../lib/room/name_data.ts";
import { assert, assertEquals } from "../support/assert.ts";

// From Unicode's confusables.txt, version 15.0.
const SKELETONS: [string, string][] = [
  ["", ""],
  ["paypal", "paypal"],
  ["\u0440\u0430ypal", "paypal"], // Cyrillic er, a
  ["I1l", "lll"],
  ["0O", "OO"],
  ["m", "rn"],
  ["\u00e7", "c\u0326"], // c with cedilla, with comma below
  ["\u0d57", "\u0d57"],
  ["\u0661\u0967", "l\u0669"],
  ["\u30ab\u30bf", "\u529b\u5915"], // Katakana ka, ta; Han power, evening
];

for (const [text, skeleton] of SKELETONS) {
  Deno.test(`skeletonOf("${text}") is "${skeleton}"`, () => {
    assertEquals(skeletonOf(text), skeleton);
  });
}

Deno.test("LOOK_ALIKES maps each character once, to something else", () => {
  const seen = new Set<string>();
  for (const group of LOOK_ALIKES.split(" ")) {
    const end = group.indexOf("<", 1);
    assert(end > 0, group);
    for (const character of group.slice(end + 1)) {
      assert(!seen.has(character), character);
      seen.add(character);
      assert(character !== group.slice(0, end), character);
    }
  }
});

Deno.test("REPERTOIRE has letters, marks and digits alone, each in NFKC", () => {
  const pattern = new RegExp(`[${REPERTOIRE}]`, "u");
  for (let point = 0; point <= 0x1ffff; point++) {
    const character = String.fromCodePoint(point);
    if (!pattern.test(character)) continue;
    assert(/[\p{L}\p{M}\p{Nd}]/u.test(character), character);
    assert(!/\p{Default_Ignorable_Code_Point}/u.test(character), character);
    assertEquals(character.normalize("NFKC"), character);
  }
});
