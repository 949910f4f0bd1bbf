/**
 * `deno task faults`: breaks everything that can break, and looks at what is left.
 * Exits with 0 only if nothing was lost, doubled or put out of order.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- it prints its results
import { runKills } from "./kills.ts";
import {
  type FaultsOptions,
  parseOptions,
  type Part,
  USAGE,
} from "./options.ts";
import { redemptionFaults } from "./redemption.ts";
import { runSchedules } from "./schedules.ts";
import { runSchedule } from "./simulation/schedule.ts";

/** Broken schedules that are shown; the others are counted. */
const SHOWN = 10;

const PARTS: Readonly<
  Record<Part, (options: FaultsOptions) => Promise<boolean>>
> = { schedules, kills, redemption };

Deno.exit(await main() ? 0 : 1);

async function main(): Promise<boolean> {
  let options: FaultsOptions;
  try {
    options = parseOptions(Deno.args);
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : error}\n${USAGE}`,
    );
    return false;
  }
  if (options.seed !== undefined) return await replay(options.seed);
  let isWell = true;
  for (const part of options.parts) {
    const start = performance.now();
    console.log(`\n${part}`);
    isWell = await PARTS[part](options) && isWell;
    console.log(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  console.log(isWell ? "\nAll is well." : "\nSomething does not hold.");
  return isWell;
}

async function replay(seed: number): Promise<boolean> {
  const result = await runSchedule(seed, { keepTrace: true });
  for (const line of result.trace) console.log(line);
  console.log(`\n${result.acknowledged} acknowledged, hash ${result.hash}`);
  for (const text of result.broken) console.log(`  ${text}`);
  console.log(
    result.broken.length === 0 ? "All is well." : "That is not well.",
  );
  return result.broken.length === 0;
}

async function schedules({ from, schedules }: FaultsOptions): Promise<boolean> {
  let broken = 0;
  let acknowledged = 0;
  await runSchedules({
    first: from,
    last: from + schedules - 1,
    workers: navigator.hardwareConcurrency,
    onRange: (result, done) => {
      acknowledged += result.acknowledged;
      for (const { seed, broken: texts } of result.broken) {
        broken += 1;
        if (broken > SHOWN) continue;
        console.log(`  --seed ${seed}: ${texts[0]} (${texts.length} in all)`);
      }
      if (done % 1_000 === 0) console.log(`  ${done} schedules`);
    },
  });
  console.log(`  ${acknowledged} messages acknowledged, ${broken} broken`);
  return broken === 0;
}

async function kills({ rounds, draw }: FaultsOptions): Promise<boolean> {
  console.log(`  --draw ${draw}`);
  const result = await runKills({
    rounds,
    seed: draw,
    onRound: (round) => {
      if (round % 50 === 0) console.log(`  killed ${round} times`);
    },
  });
  for (const text of result.broken.slice(0, SHOWN)) console.log(`  ${text}`);
  const { acknowledged, broken } = result;
  console.log(
    `  ${acknowledged} messages acknowledged, ${broken.length} broken`,
  );
  return broken.length === 0;
}

async function redemption({ draw }: FaultsOptions): Promise<boolean> {
  console.log(`  --draw ${draw}`);
  try {
    await redemptionFaults(draw);
    console.log("  one winner each time");
    return true;
  } catch (error) {
    console.log("  ", error);
    return false;
  }
}
