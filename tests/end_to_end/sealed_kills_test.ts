import { runSealedKills } from "../../faults/sealed_kills.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** `deno task faults:sealed` kills them 100 times. */
const ROUNDS = 4;

Deno.test("chat connect loses, doubles, reorders and seals nothing twice when it is killed in a sealed room", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const result = await runSealedKills({ rounds: ROUNDS, seed });
  assertEquals(result.broken, [], `seed ${seed}`);
  assert(result.acknowledged >= ROUNDS);
});
