import { explain } from "../../tools/compile/failure.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";

const where = { target: "aarch64-apple-darwin", deno: "2.9.6" };
const URL_OF_BASE =
  "https://dl.deno.land/release/v2.9.6/denort-aarch64-apple-darwin.zip";
const STACK = "\n\nStack backtrace:\n   0: <unknown>\n";

Deno.test("explain() says what is missing when it cannot be fetched", () => {
  const stderr =
    `\x1b[31merror\x1b[0m: Writing deno compile executable to temporary file

Caused by:
    0: Setting up base binary.
    1: error sending request for url (${URL_OF_BASE})${STACK}`;
  const text = explain({ ...where, denortBin: undefined, stderr }).join("\n");
  assertStringIncludes(text, "the runtime base is missing");
  assertStringIncludes(text, URL_OF_BASE);
  assertStringIncludes(text, "DENORT_BIN=");
  assert(!text.includes("Stack"));
});

Deno.test("explain() blames DENORT_BIN when it is not a base", () => {
  for (
    const cause of [
      "0: Could not find denort at '/some/file'\n 1: No such file",
      "0: Writing binary bytes\n 1: Invalid object: Not an ELF file",
    ]
  ) {
    const stderr = `error: Writing\n\nCaused by:\n  ${cause}${STACK}`;
    const text = explain({ ...where, denortBin: "/some/file", stderr });
    assertStringIncludes(text.join("\n"), "DENORT_BIN names /some/file");
    assertStringIncludes(text.join("\n"), URL_OF_BASE);
  }
});

Deno.test("explain() repeats any other error, without colours and stack", () => {
  const stderr =
    `\x1b[31mTS2322\x1b[0m [ERROR]: wrong type\n\nerror: Type checking failed.${STACK}`;
  for (const denortBin of [undefined, "/some/file"]) {
    assertEquals(explain({ ...where, denortBin, stderr }), [
      "Cannot compile:",
      "TS2322 [ERROR]: wrong type",
      "",
      "error: Type checking failed.",
    ]);
  }
});
