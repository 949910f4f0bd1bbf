import {
  DEVELOPMENT_IDENTITIES,
  isDevelopmentIdentity,
} from "../../lib/identity/development.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { parseKeyFile } from "../../lib/identity/key_file.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";

const folder = new URL("../../certs/", import.meta.url);

Deno.test("DEVELOPMENT_IDENTITIES names the keys in certs/ and no others", async () => {
  const found: Record<string, string> = {};
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".md") || name.endsWith(".pub")) continue;
    const file = await parseKeyFile(await Deno.readFile(new URL(name, folder)));
    assert(file.kind === "open", name);
    found[name] = file.key.identity.fingerprint;
    assert(isDevelopmentIdentity(file.key.identity.fingerprint), name);
  }
  assertEquals(sorted(found), sorted(DEVELOPMENT_IDENTITIES));
});

Deno.test("isDevelopmentIdentity() is false for a fresh key", async () => {
  const { fingerprint } = await generateIdentity();
  assert(!isDevelopmentIdentity(fingerprint));
});

Deno.test("certs/README.md states the fingerprints of its keys", async () => {
  const text = await Deno.readTextFile(new URL("README.md", folder));
  for (const [name, fingerprint] of Object.entries(DEVELOPMENT_IDENTITIES)) {
    assertStringIncludes(text, `| \`${name}\` | \`${fingerprint}\` |`);
  }
});

function sorted(table: Readonly<Record<string, string>>): string[] {
  return Object.entries(table).map((entry) => entry.join(" ")).sort();
}
