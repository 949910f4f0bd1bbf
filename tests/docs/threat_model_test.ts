import { assert, assertEquals } from "../support/assert.ts";
import { CLAIMS } from "../../tools/docs/formal_claims.ts";
import { readDoc, sectionOf } from "./markdown.ts";

const root = new URL("../../", import.meta.url);
const model = readDoc("threat_model.md").replaceAll(/\n {2,}/g, " ");
const named = [...model.matchAll(/`(tests\/[^`]+_test\.ts)`: "([^"]+)"/g)]
  .map(([, path = "", name = ""]) => ({ path, name }));

/** The names of the tests in `paths`; another process registers them. */
async function testsIn(
  paths: readonly string[],
): Promise<Record<string, string[]>> {
  const lister = new URL("tests/docs/list_tests.ts", root).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", lister, ...paths],
    cwd: root,
  }).output();
  assert(success, "the tests could not be listed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("docs/threat_model.md names tests that exist", async () => {
  const tests = await testsIn([...new Set(named.map(({ path }) => path))]);
  const missing = named.filter(({ path, name }) =>
    tests[path]?.includes(name) !== true
  );
  assertEquals(missing, []);
});

const adversaries = [...model.matchAll(/^## (.+)$/gm)]
  .map(([, title = ""]) => title)
  .slice(0, -2); // past bugs, and what is not promised

for (const adversary of adversaries) {
  Deno.test(`docs/threat_model.md says what "${adversary}" can and cannot do`, () => {
    const section = sectionOf(model, adversary);
    const [can, cannot] = section.split(/^Cannot:$/m);
    assert(can?.includes("\nCan:\n\n- "), "can");
    const lines = cannot?.split("\n").filter((line) => line.startsWith("- "));
    assert(lines !== undefined && lines.length > 0, "cannot");
    for (const line of lines) {
      assert(/: "[^"]+"|Proved .*\(`\w+\.pv`\)/.test(line), line);
    }
  });
}

Deno.test("docs/threat_model.md names claims that the formal model makes", () => {
  for (const [, file = ""] of model.matchAll(/`(\w+\.pv)`/g)) {
    assert(file in CLAIMS, file);
  }
});
