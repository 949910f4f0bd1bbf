import {
  CLAIMS,
  VARIANTS,
  verdictOn,
  weaken,
} from "../../tools/docs/formal_claims.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { plain, readDoc, rowsOf } from "./markdown.ts";
import { ascii, hash } from "./reader/primitives.ts";

const readme = readDoc("formal/README.md");
const model = readDoc("formal/chat1.pvl");

for (const [cell, digest] of rowsOf(readme, ["file", "SHA-256"])) {
  const file = plain(cell);
  Deno.test(`docs/formal/${file} is the file that was proved`, async () => {
    const found = await hash(ascii(readDoc(`formal/${file}`)));
    assertEquals(found.toHex(), plain(digest));
  });
}

Deno.test("docs/formal/README.md counts the queries that hold", () => {
  const columns = ["file", "claim", "queries that hold"];
  for (const [file, , count] of rowsOf(readme, columns)) {
    const claims = CLAIMS[plain(file)] ?? [];
    assertEquals(claims.filter(({ holds }) => holds).length, Number(count));
  }
});

Deno.test("docs/formal/README.md names every variant", () => {
  const rows = rowsOf(readme, ["without it", "falls"]);
  assertEquals(rows.map(([name]) => name), VARIANTS.map(({ name }) => name));
  for (const [index, { file }] of VARIANTS.entries()) {
    assert(rows[index]?.[1]?.includes(`\`${file}\``));
  }
});

Deno.test("CLAIMS names every query of the model's files, in order", () => {
  for (const [file, claims] of Object.entries(CLAIMS)) {
    const queries = [
      ...readDoc(`formal/${file}`).matchAll(
        /^query ([^.]*)\./gm,
      ),
    ].map(([, query]) => query ?? "");
    assertEquals(queries.length, claims.length, file);
    queries.forEach((query, index) => {
      const part = claims[index]?.query.replace("not ", "") ?? "";
      assert(query.includes(part), `${file}: ${query}`);
    });
  }
});

for (const variant of VARIANTS) {
  Deno.test(`weaken() finds what it edits when ${variant.name}`, () => {
    assert(weaken(model, variant) !== model);
  });
}

Deno.test("weaken() throws when the model does not hold the text once", () => {
  const edits: [string, string][] = [["a", "b"]];
  const variant = { name: "", edits, file: "secrecy.pv", query: "" };
  for (const text of ["", "a a"]) {
    assertThrows(() => weaken(text, variant), Error, "Cannot weaken");
  }
});

Deno.test("verdictOn() reads the results that ProVerif prints", () => {
  const output = [
    "Query inj-event(A(c)) ==> inj-event(B(c)) is true.",
    "RESULT inj-event(A(c)) ==> inj-event(B(c)) cannot be proved.",
    "RESULT (even event(A(c)) ==> event(B(c)) is false.)",
    "RESULT not attacker_p1(secret[]) is true.",
    "RESULT not event(C(c)) is false.",
  ].join("\n");
  assertEquals(verdictOn("event(A(", output), "cannot be proved");
  assertEquals(verdictOn("(secret", output), "true");
  assertEquals(verdictOn("not event(C(", output), "false");
  assertEquals(verdictOn("event(D(", output), undefined);
});

Deno.test("docs/formal/README.md names files of the code that exist", () => {
  for (
    const [, path = ""] of readme.matchAll(/`((?:lib|tools)\/[\w/]+\.ts)`/g)
  ) {
    assert(Deno.statSync(new URL(`../../${path}`, import.meta.url)).isFile);
  }
});
