import { ERRORS } from "../../lib/errors.ts";
import { errorsDoc, EXIT_STATUSES } from "../../tools/docs/errors_doc.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { readDoc } from "./markdown.ts";

Deno.test("docs/errors.md is what `deno task docs` writes from lib/errors.ts", () => {
  assertEquals(readDoc("errors.md"), errorsDoc());
});

Deno.test("errorsDoc() explains every exit status in use", () => {
  for (const { exit } of Object.values(ERRORS)) {
    assert(exit in EXIT_STATUSES, String(exit));
  }
});

Deno.test("errorsDoc() lists every code once, with its hint", () => {
  const doc = errorsDoc();
  for (const [code, { hint }] of Object.entries(ERRORS)) {
    assertEquals(doc.split(`| \`${code}\` |`).length, 2, code);
    assert(doc.includes(`| ${hint} |`), code);
  }
});
