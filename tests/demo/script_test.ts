import { readCast, secretsOf } from "../../demo/cast.ts";
import { SCRIPT } from "../../demo/script.ts";
import { needlesOf } from "../../lib/lab/needles.ts";
import { chanceFindings } from "../../lib/lab/search.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("SCRIPT cannot be found by chance once in 25,000 runs", async () => {
  const needles = secretsOf(await readCast()).flatMap(needlesOf);
  const chance = chanceFindings(64 * 1024, needles); // twice what it takes
  assert(chance < 1 / 25_000, `1 in ${1 / chance}`);
});

Deno.test("SCRIPT says nothing twice, so that each can be waited for", () => {
  assertEquals(new Set(SCRIPT.map(({ text }) => text)).size, SCRIPT.length);
});

Deno.test("secretsOf() has every key and fingerprint, and the names", async () => {
  const secrets = secretsOf(await readCast());
  assertEquals(secrets.filter(({ kind }) => kind === "bytes").length, 6);
  const words = secrets.map((secret) => secret.kind === "text" && secret.text);
  for (const word of ["Alice", "Bobby", "Library", "Whisper", "lobby"]) {
    assert(words.includes(word), word);
  }
});
