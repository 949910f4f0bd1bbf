import { runKills } from "../../faults/kills.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** `deno task faults` kills the server 200 times. */
const ROUNDS = 4;

Deno.test("chat serve loses, doubles and reorders nothing when it is killed", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const result = await runKills({ rounds: ROUNDS, seed });
  assertEquals(result.broken, [], `seed ${seed}`);
  assert(result.acknowledged >= ROUNDS);
});
