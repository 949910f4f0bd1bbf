/** Random operations over a server at full length: `deno task sealing:random`. */
import { RandomHouse } from "./support/random_house.ts";

const SEEDS = 8;
const STEPS = 400;
const MEMBERS = 25;

for (let seed = 1; seed <= SEEDS; seed++) {
  await using house = await RandomHouse.start(seed, MEMBERS);
  for (let step = 1; step <= STEPS; step++) {
    try {
      await house.step();
      if (step % 40 === 0) await house.check();
    } catch (cause) {
      throw new Error(`seed ${seed}, step ${step}`, { cause });
    }
  }
  const done = Object.entries(house.operations)
    .map(([name, count]) => `${count} ${name}`);
  // deno-lint-ignore no-console -- it is a program
  console.log(`seed ${seed}: ${done.join(", ")}; ${house.size} people agree`);
}
