/**
 * Writes the deterministic vectors of the channel, `tests/vectors/*.json`:
 *
 *     deno task vectors
 *
 * They change only with the protocol; `tests/channel/vectors_test.ts` fails
 * when the code no longer gives what is published.
 */

import { allVectors } from "./vectors/all.ts";

for (const [name, content] of Object.entries(await allVectors())) {
  await Deno.writeTextFile(
    new URL(`../tests/vectors/${name}`, import.meta.url),
    JSON.stringify(content, null, 2) + "\n",
  );
}
