/** The random operation test at full length: `deno task sealed:random`. */
import { RandomGroup } from "./random_group.ts";

const SEEDS = 8;
const STEPS = 260;
const MEMBERS = 25;

let steps = 0;
for (let seed = 1; seed <= SEEDS; seed++) {
  const group = await RandomGroup.start(seed, MEMBERS);
  for (let step = 0; step < STEPS; step++, steps++) {
    try {
      await group.step();
    } catch (cause) {
      throw new Error(`seed ${seed}, step ${step}`, { cause });
    }
  }
  const { operations, messages, largest, turn } = group.report;
  const done = Object.entries(operations).map(([name, n]) => `${n} ${name}`);
  // deno-lint-ignore no-console -- it is a program
  console.log(
    `seed ${seed}: ${
      done.join(", ")
    }; ${messages} messages, ${turn} commits, up to ${largest} members`,
  );
}
// deno-lint-ignore no-console -- it is a program
console.log(`${steps} operations: all members agreed after each`);
