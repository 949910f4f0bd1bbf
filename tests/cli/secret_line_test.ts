import { utf8 } from "../../lib/bytes.ts";
import { SecretLine, type SecretLineState } from "../../lib/cli/secret_line.ts";
import { assertEquals } from "../support/assert.ts";

const table: [typed: string, state: SecretLineState, text: string][] = [
  ["secret", "typing", "secret"],
  ["secret\r", "entered", "secret"],
  ["secret\n", "entered", "secret"],
  ["\r", "entered", ""],
  ["one\rtwo", "entered", "one"],
  ["sec\x7f\x08ret\r", "entered", "sret"],
  ["\x7f\x7fa\r", "entered", "a"],
  ["Grü\x7f\x7fx\r", "entered", "Gx"],
  ["a🔑\x7fb\r", "entered", "ab"],
  ["wrong\x15right\r", "entered", "right"],
  ["a\x01\x1b\x1ab\r", "entered", "ab"],
  ["secret\x03", "cancelled", "secret"],
  ["\x04", "cancelled", ""],
  ["a\x04b\r", "entered", "ab"],
];
for (const [typed, state, text] of table) {
  Deno.test(`SecretLine reads ${JSON.stringify(typed)}`, () => {
    const line = new SecretLine();
    assertEquals(line.feed(utf8(typed)), state);
    assertEquals(line.text, text);
  });

  Deno.test(`SecretLine reads ${JSON.stringify(typed)} byte by byte`, () => {
    const line = new SecretLine();
    let last: SecretLineState = "typing";
    for (const byte of utf8(typed)) {
      if (last === "typing") last = line.feed(Uint8Array.of(byte));
    }
    assertEquals([last, line.text], [state, text]);
  });
}

Deno.test("SecretLine keeps a bounded number of bytes", () => {
  const line = new SecretLine();
  line.feed(new Uint8Array(5000).fill(0x61));
  assertEquals(line.text.length, 4096);
});
