import { runRange } from "../../faults/schedule_worker.ts";
import { PLANTS } from "../../faults/simulation/plants.ts";
import { runSchedule } from "../../faults/simulation/schedule.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";

/** Schedules of every run of the tests; `deno task faults` runs many more. */
const SCHEDULES = 200;
/** Within so many schedules every planted fault must show. */
const NOTICED_WITHIN = 200;

Deno.test("runRange() finds nothing that does not hold", async () => {
  const result = await runRange({ first: 1, last: SCHEDULES });
  assertEquals(result.broken.map(({ seed, broken }) => [seed, broken]), []);
  assert(result.acknowledged > 10 * SCHEDULES);
});

Deno.test("runSchedule() does the same with the same seed, and else with another", async () => {
  const [once, again, other] = [
    await runSchedule(7, { keepTrace: true }),
    await runSchedule(7),
    await runSchedule(8),
  ];
  assertEquals(again.hash, once.hash);
  assertNotEquals(other.hash, once.hash);
  assert(once.trace.length > 20);
  assertEquals(again.trace, []);
});

for (const { name, make } of PLANTS) {
  Deno.test(`runSchedule() notices it when ${name}`, async () => {
    for (let seed = 1; seed <= NOTICED_WITHIN; seed++) {
      const { broken } = await runSchedule(seed, { sabotage: make() });
      if (broken.length > 0) return;
    }
    throw new Error(`nobody noticed within ${NOTICED_WITHIN} schedules`);
  });
}
