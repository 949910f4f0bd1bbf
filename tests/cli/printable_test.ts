import fc from "fast-check";
import { printable } from "../../lib/cli/printable.ts";
import { assertEquals } from "../support/assert.ts";

const table: Record<string, string> = {
  "plain": "plain",
  "Grüße, 世界 👋🏽": "Grüße, 世界 👋🏽",
  "\x1b[31m": "\\u{1b}[31m",
  "a\tb\r\n": "a\\u{9}b\\u{d}\\u{a}",
  "\x7f\x9b": "\\u{7f}\\u{9b}",
  "\u202eabc\u2066": "\\u{202e}abc\\u{2066}",
  "a\u200bb\ufeff": "a\\u{200b}b\\u{feff}",
  "\u2028\u2029": "\\u{2028}\\u{2029}",
  "\ud800": "\\u{d800}",
  "\u{e000}\u{e0041}": "\\u{e000}\\u{e0041}",
};
for (const [text, shown] of Object.entries(table)) {
  Deno.test(`printable() shows ${JSON.stringify(shown)}`, () => {
    assertEquals(printable(text), shown);
  });
}

Deno.test("printable() leaves nothing that a terminal obeys", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    // deno-lint-ignore no-control-regex -- control characters are the point
    assertEquals(/[\x00-\x1f\x7f-\x9f\p{Cf}]/u.test(printable(text)), false);
  }));
});
