// deno-lint-ignore-file no-console -- it prints its results
/** What `deno task bench` prints: ratios matter, the machine is noisy. */
import { benchFanOut } from "./fanout.ts";
import { benchHandshake } from "./handshake.ts";
import { benchSealing, benchTransfer } from "./records.ts";

const ROUNDS = 5;

const benchmarks: Readonly<
  Record<string, (rounds: number) => Promise<string>>
> = {
  handshake: benchHandshake,
  sealing: benchSealing,
  transfer: benchTransfer,
  fanout: benchFanOut,
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(benchmarks);
for (const name of wanted) {
  const run = benchmarks[name];
  if (run === undefined) {
    console.error(
      `no benchmark "${name}": ${Object.keys(benchmarks).join(" ")}`,
    );
    Deno.exit(2);
  }
  console.log(`\n${name}: medians of ${ROUNDS} alternating rounds\n`);
  console.log(await run(ROUNDS));
}
Deno.exit(0);
