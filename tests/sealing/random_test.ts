import { RandomHouse } from "./support/random_house.ts";

const STEPS = 300;
const MEMBERS = 25;

Deno.test("members of a sealed room agree whatever they do, over cuts and crashes", async () => {
  await using house = await RandomHouse.start(7, MEMBERS);
  for (let step = 1; step <= STEPS; step++) {
    await house.step();
    if (step % 60 === 0) await house.check();
  }
});
