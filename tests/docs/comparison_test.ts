import config from "../../deno.json" with { type: "json" };
import { EXPERIMENTS } from "../../lib/lab/registry.ts";
import { program } from "../../program.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { readDoc, rowsOf, sectionOf } from "./markdown.ts";

const root = new URL("../../", import.meta.url);
const comparison = readDoc("comparison.md");
const quoted = [...comparison.matchAll(/`([^`\n]+)`/g)]
  .map(([, text = ""]) => text);

Deno.test("docs/comparison.md names only files that exist", () => {
  const paths = quoted.filter((text) => /^(lib|docs)\//.test(text));
  assert(paths.length > 20);
  for (const path of paths) Deno.statSync(new URL(path, root));
  for (const [, path = ""] of comparison.matchAll(/\]\(([^)#]+)\)/g)) {
    Deno.statSync(new URL(`docs/${path}`, root));
  }
});

Deno.test("docs/comparison.md names only commands, tasks and experiments that exist", () => {
  const named = (start: string): string[] =>
    quoted.filter((text) => text.startsWith(start))
      .map((text) => text.slice(start.length));
  const commands = program.commands.map(({ name }) => name);
  for (const rest of named("chat ")) {
    assert(commands.includes(rest.split(" ")[0] ?? ""), rest);
  }
  for (const task of named("deno task ")) assert(task in config.tasks, task);
  const experiments = EXPERIMENTS.map(({ name }) => name);
  const used = [...new Set(named("chat lab "))];
  assertEquals(used.filter((name) => !experiments.includes(name)), []);
});

Deno.test("docs/comparison.md compares five ancestors, feature by feature", () => {
  const titles = [...comparison.matchAll(/^## (\d) /gm)].map(([, n]) => n);
  assertEquals(titles, ["1", "2", "3", "4", "5"]);
  for (const title of titles) {
    const section = sectionOf(comparison, `${title} `);
    const rows = rowsOf(section, [
      "feature",
      "what it did",
      "weakness",
      "here",
    ]);
    assert(rows.length >= 3);
    for (const [feature, did, , here] of rows) {
      assert([feature, did, here].every((cell) => cell !== ""), feature);
    }
  }
});
