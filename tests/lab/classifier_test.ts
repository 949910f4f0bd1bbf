import { beyondChance, countRight, learn } from "../../lib/lab/classifier.ts";
import { seeded } from "../../lib/lab/random.ts";
import { assert, assertEquals } from "../support/assert.ts";

const samples = (random: () => number, spread: number) =>
  Array.from({ length: 200 }, (_, at) => ({
    label: at % 2 === 0 ? "small" : "large",
    features: [(at % 2) * 10 + spread * random(), random()],
  }));

Deno.test("learn() tells apart what differs, in samples it has not seen", () => {
  const classifier = learn(samples(seeded(1), 5));
  assertEquals(countRight(classifier, samples(seeded(2), 5)), 200);
});

Deno.test("learn() is no better than guessing when nothing differs", () => {
  const alike = samples(seeded(1), 0)
    .map((each) => ({ ...each, features: [276] }));
  assertEquals(countRight(learn(alike), alike), 100);
});

Deno.test("learn() takes a feature that never varied in training", () => {
  const classifier = learn([
    { label: "a", features: [1] },
    { label: "b", features: [2] },
  ]);
  assertEquals([classifier([1.1]), classifier([1.9])], ["a", "b"]);
});

Deno.test("beyondChance() is where the tail of the binomial distribution ends", () => {
  assertEquals(beyondChance(10, 0.5, 1000), 10); // 1 of 1024 gets all
  assertEquals(beyondChance(10, 0.5, 2000), 11); // which nobody can
  assertEquals(beyondChance(1, 1 / 8, 7), 1);
  assertEquals(beyondChance(1, 1 / 8, 9), 2);
  const bound = beyondChance(64, 1 / 8);
  assert(bound > 16 && bound < 28, String(bound));
});
