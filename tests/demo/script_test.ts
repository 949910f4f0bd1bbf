import { readCast, secretsOf } from "../../demo/cast.ts";
import { SPEECHES } from "../../demo/script.ts";
import { needlesOf } from "../../lib/lab/needles.ts";
import { chanceFindings } from "../../lib/lab/search.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("SPEECHES cannot be found by chance once in 25,000 runs", async () => {
  const needles = secretsOf(await readCast()).flatMap(needlesOf);
  const chance = chanceFindings(64 * 1024, needles); // three times what it takes
  assert(chance < 1 / 25_000, `1 in ${1 / chance}`);
});

Deno.test("SPEECHES are all different, so that each can be waited for", () => {
  assertEquals(new Set(SPEECHES.map(({ text }) => text)).size, SPEECHES.length);
});

Deno.test("secretsOf() has every key and fingerprint, and the names", async () => {
  const secrets = secretsOf(await readCast());
  assertEquals(secrets.filter(({ kind }) => kind === "bytes").length, 6);
  const words = secrets.map((secret) => secret.kind === "text" && secret.text);
  for (const word of ["Alice", "Bobby", "Library", "Whisper", "lobby"]) {
    assert(words.includes(word), word);
  }
});
