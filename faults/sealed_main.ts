/**
 * `deno task faults:sealed`: kills clients of a sealed room and its server, and looks
 * at what everybody has read. Exits with 0 only if all is well.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- it prints its results
import { parseArgs } from "node:util";
import { runSealedKills } from "./sealed_kills.ts";

/** What does not hold that is shown; the rest is counted. */
const SHOWN = 20;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "100" },
    draw: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const draw = Number(values.draw ?? Math.floor(Math.random() * 2 ** 32));
console.log(`--draw ${draw}`);
const result = await runSealedKills({
  rounds,
  seed: draw,
  onRound: (round) => {
    if (round % 25 === 0) console.log(`  killed ${round} times`);
  },
});
for (const text of result.broken.slice(0, SHOWN)) console.log(`  ${text}`);
const { acknowledged, broken } = result;
console.log(`  ${acknowledged} messages read, ${broken.length} broken`);
Deno.exit(broken.length === 0 ? 0 : 1);
