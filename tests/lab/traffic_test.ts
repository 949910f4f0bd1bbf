import { unpaddedBytes } from "../../lib/lab/traffic/phrases.ts";
import {
  controlWorks,
  longTextsRounded,
  type Session,
  sizesTellNothing,
  stillLeaks,
} from "../../lib/lab/traffic/verdicts.ts";
import { assert, assertEquals } from "../support/assert.ts";

const score = (right: number) => ({ label: "l", right, of: 64, answers: 8 });

function session(
  sizes: readonly (readonly [seen: number, unpadded: number])[],
): Session {
  const said = sizes.map(([seen, unpadded]) => ({
    phrase: "x".repeat(unpadded),
    seen,
    unpadded,
    gap: 1,
  }));
  return { phrases: said, long: said, activities: [] };
}

Deno.test("unpaddedBytes() grows by a byte for each of the text", () => {
  assertEquals(unpaddedBytes("abcd", 1) - unpaddedBytes("ab", 1), 2);
  assertEquals(unpaddedBytes("ü", 1) - unpaddedBytes("u", 1), 1);
});

Deno.test("controlWorks() wants the classifier to find what there is", () => {
  assert(controlWorks(score(64)).held);
  assert(!controlWorks(score(50)).held);
});

Deno.test("sizesTellNothing() fails for two sizes, a size that is not padded right, and a lucky classifier", () => {
  const alike = session([[276, 40], [276, 90]]);
  assert(sizesTellNothing(score(8), alike).held);
  assert(!sizesTellNothing(score(40), alike).held);
  assert(!sizesTellNothing(score(8), session([[276, 40], [292, 280]])).held);
  assert(!sizesTellNothing(score(8), session([[292, 40], [292, 90]])).held);
  assert(!sizesTellNothing(score(0), session([])).held);
});

Deno.test("longTextsRounded() fails for a text that is padded too little or too much", () => {
  const [seen, unpadded] = [1044, 1020];
  assert(longTextsRounded(session([[seen, unpadded]])).held);
  assert(!longTextsRounded(session([[unpadded, unpadded]])).held);
  assert(!longTextsRounded(session([[seen + 64, unpadded]])).held);
});

Deno.test("stillLeaks() fails when what is said to leak does not", () => {
  assert(stillLeaks("c", score(40), "why").held);
  assert(!stillLeaks("c", score(9), "why").held);
});
