import config from "../../deno.json" with { type: "json" };
import { EXPERIMENTS } from "../../lib/lab/registry.ts";
import { blocksOf } from "../../tools/docs/blocks.ts";
import { excerpt } from "../../tools/report/excerpt.ts";
import {
  claimsOf,
  escapeMarkdown,
  experimentSection,
} from "../../tools/report/experiment_section.ts";
import { withCode, withResults } from "../../tools/report/report_doc.ts";
import { HOSTILE } from "../lab/figures.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { readDoc, rowsOf, sectionOf } from "./markdown.ts";

const root = new URL("../../", import.meta.url);
const report = readDoc("report.md");

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, root));
}

Deno.test("docs/report.md quotes the code as it is (else run `deno task report --code`)", () => {
  assert(
    blocksOf(report).filter(({ language }) => language === "ts").length > 8,
  );
  assertEquals(withCode(report, read), report);
});

Deno.test("docs/report.md tells of every experiment and of no other", () => {
  const told = [...report.matchAll(/`chat lab ([\w-]+)`\. The attacker/g)]
    .map(([, name]) => name);
  const names = EXPERIMENTS.map(({ name }) => name);
  assertEquals(told.toSorted(), names.toSorted());
});

Deno.test("docs/report.md shows only figures that there are, and there are no others", () => {
  const shown = [...report.matchAll(/\]\(images\/(lab_[^)]+)\)/g)]
    .map(([, name = ""]) => name);
  const there = [...Deno.readDirSync(new URL("docs/images/", root))]
    .map(({ name }) => name).filter((name) => name.startsWith("lab_"));
  assertEquals(shown.toSorted(), there.toSorted());
});

Deno.test("docs/report.md: the bytes that were recorded of the original are the text beside them", () => {
  const columns = ["second", "way", "bytes", "recorded", "as text"];
  const rows = rowsOf(report, columns);
  assertEquals(rows.length, 7);
  for (const [, , count, hex = "", text = ""] of rows) {
    const bytes = Uint8Array.fromHex(hex.replaceAll(/[` ]/g, ""));
    assertEquals(bytes.length, Number(count));
    assertEquals(new TextDecoder().decode(bytes), text.replaceAll("`", ""));
  }
});

Deno.test("docs/report.md answers every point where it says that it does", () => {
  const headings = [...report.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")
  );
  const links = [...report.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to);
  assert(links.length >= 9);
  for (const link of links) assert(headings.includes(link ?? ""), link);
});

Deno.test("docs/report.md names every package that deno.json imports", () => {
  const named = rowsOf(sectionOf(report, "10 Licence"), [
    "package",
    "licence",
    "for",
  ]).map(([name = ""]) => name.replaceAll("`", ""));
  const imported = Object.values(config.imports).map((target) =>
    /^npm:\/?((?:@[^/]+\/)?[^@/]+)@/.exec(target)?.[1]
  );
  assertEquals(named.toSorted(), imported.toSorted());
});

Deno.test("excerpt() finds functions, constants, classes and methods, to their ends", () => {
  const source = `
/** A comment. */
export async function one(
  a: string,
): Promise<void> {
  await two(a);
}

const two = {
  a: 1,
} as const;
const three = 3;

export class Four {
  #five(): void {
    if (true) {
      one();
    }
  }

  static async six<T>(): Promise<T> {
    return this.#five();
  }
}
`;
  assertEquals(excerpt(source, "three"), "const three = 3;\n");
  assertEquals(excerpt(source, "two"), "const two = {\n  a: 1,\n} as const;\n");
  assertEquals(excerpt(source, "one").split("\n").length, 6);
  assertEquals(
    excerpt(source, "#five"),
    "#five(): void {\n  if (true) {\n    one();\n  }\n}\n",
  );
  assertEquals(
    excerpt(source, "six").split("\n")[0],
    "static async six<T>(): Promise<T> {",
  );
  assertEquals(excerpt(source, "Four").split("\n").at(-2), "}");
  assertThrows(() => excerpt(source, "seven"), Error, "found 0 times");
});

const result = {
  experiment: {
    name: "sample",
    title: HOSTILE,
    attacker: HOSTILE,
    run: () => Promise.reject(new Error("is not run here")),
  },
  elapsedMs: 1,
  steps: [{
    who: "attacker",
    did: HOSTILE,
    saw: HOSTILE,
    exhibits: [
      { label: HOSTILE, bytes: new Uint8Array(100) },
    ],
  }],
  figures: [],
  verdicts: [{ claim: "It | holds", held: true, evidence: HOSTILE }],
} as const;

Deno.test("experimentSection() lets no text of a peer mean anything", () => {
  const section = experimentSection(result);
  assertEquals(section.match(/(?<!\\)[<&]|(?!\n)\p{Cc}|\p{Cf}/u), null);
  assertEquals(claimsOf(section), [escapeMarkdown("It | holds")]);
});

Deno.test("withResults() puts a result where it belongs, and the rest where there is room", () => {
  const all = "<!-- all other experiments -->\nold\n<!-- end -->\n";
  const own = "<!-- experiment sample -->\nold\n<!-- end -->\n";
  const section = experimentSection(result);
  assertEquals(
    withResults(all, [result]),
    `<!-- all other experiments -->\n${section}<!-- end -->\n`,
  );
  assertEquals(
    withResults(own + all, [result]),
    `<!-- experiment sample -->\n${section}<!-- end -->\n` +
      "<!-- all other experiments -->\n<!-- end -->\n",
  );
});
