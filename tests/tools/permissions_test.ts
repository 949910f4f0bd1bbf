import config from "../../deno.json" with { type: "json" };
import { TERMINAL_VARIABLES } from "../../lib/ui/terminal/capabilities.ts";
import { assertEquals } from "../support/assert.ts";

const root = new URL("../../", import.meta.url);
const granted = config.permissions.chat;
const code = [
  ...sources("lib/"),
  "mod.ts",
  "program.ts",
  "server.ts",
  "client.ts",
]
  .filter((path) => !path.startsWith("lib/lab/"))
  .map((path) => Deno.readTextFileSync(new URL(path, root)))
  .join("\n");

Deno.test("deno.json grants chat the variables it reads, and no others", () => {
  const named = [...code.matchAll(/(?:env|base)\((?:io, )?\s*"([A-Z_]+)"/g)]
    .map(([, name = ""]) => name);
  const read = new Set([...named, ...TERMINAL_VARIABLES]);
  assertEquals([...read].toSorted(), granted.env.allow.toSorted());
});

Deno.test("deno.json grants chat what it asks of the system, and no more", () => {
  const api =
    /Deno\.(hostname|networkInterfaces|osRelease|osUptime|loadavg|systemMemoryInfo|uid|gid)\b/g;
  const used = new Set([...code.matchAll(api)].map(([, name]) => name));
  assertEquals([...used].toSorted(), granted.sys.toSorted());
  assertEquals(code.match(/Deno\.(Command|dlopen)\b/), null);
});

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = folder + entry.name;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (path.endsWith(".ts")) yield path;
  }
}
