import { assert } from "../support/assert.ts";
import { readDoc } from "./markdown.ts";

const root = new URL("../../", import.meta.url);
const protocol = readDoc("protocol.md");

/** Sources that may refer to the documentation. */
function* sources(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

/** Headings of a document, without their marks. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);
}

/** How Markdown renderers name the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

Deno.test("the sources refer to sections that docs/protocol.md has", () => {
  const headings = headingsOf(protocol).join("\n").toLowerCase();
  const files = [
    ...sources(new URL("lib/", root)),
    new URL("server.ts", root),
    new URL("client.ts", root),
  ];
  for (const file of files) {
    const text = Deno.readTextFileSync(file).replaceAll(/\s+(?:\* )?/g, " ");
    const references = text.matchAll(
      /docs\/protocol\.md, "([^"]+)"(?: and "([^"]+)")?/g,
    );
    for (const [, ...titles] of references) {
      for (const title of titles.filter((each) => each !== undefined)) {
        assert(headings.includes(title.toLowerCase()), `${file}: "${title}"`);
      }
    }
  }
});

Deno.test("docs/protocol.md refers to sections of its own that it has", () => {
  const numbers = new Set(
    headingsOf(protocol).map((title) => title.split(" ")[0]),
  );
  const text = protocol.replaceAll(/\s+/g, " ");
  const foreign = /(?:RFC \d+|FIPS \d+|SP [\w-]+|2019,|its) $/;
  for (const match of text.matchAll(/\bsections? (\d+(?:\.\d+)?)/g)) {
    if (foreign.test(text.slice(0, match.index))) continue;
    assert(numbers.has(match[1]), match[0]);
  }
});

const DOCUMENTS = [
  ...[...Deno.readDirSync(new URL("docs/", root))]
    .filter(({ name }) => name.endsWith(".md")).map(({ name }) => name),
  "formal/README.md",
];

for (const name of DOCUMENTS) {
  Deno.test(`docs/${name} has links that lead somewhere`, () => {
    const base = new URL(`docs/${name}`, root);
    for (const [, link = ""] of readDoc(name).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? base : new URL(path, base);
      if (anchor === undefined) {
        assert(Deno.statSync(target).isFile, link);
      } else {
        const headings = headingsOf(Deno.readTextFileSync(target));
        assert(headings.map(anchorOf).includes(anchor), link);
      }
    }
  });
}

Deno.test("docs/architecture.md names files and folders that exist", () => {
  const named = readDoc("architecture.md")
    .matchAll(/`((?:lib|server|tests)\/[\w./]*)`/g);
  for (const [, path = ""] of named) {
    assert(Deno.statSync(new URL(path, root)) !== undefined, path);
  }
});
