import { RandomGroup } from "./random_group.ts";

// At full length: `deno task sealed:random`, 2,080 operations, some minutes.
for (const seed of [101, 102, 103]) {
  Deno.test(`members agree after each of 40 random operations, seed ${seed}`, async () => {
    const group = await RandomGroup.start(seed, 9);
    for (let step = 0; step < 40; step++) await group.step();
  });
}
