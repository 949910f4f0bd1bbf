import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import { decodePem, encodePem } from "../../lib/identity/pem.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

Deno.test("decodePem() is the inverse of encodePem()", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const pem = { label: "PRIVATE KEY", bytes: bytes as Bytes };
    assertEquals(decodePem(encodePem(pem)), pem);
  }));
});

const good = "-----BEGIN X-----\nAAAA\n-----END X-----\n";

Deno.test("decodePem() accepts CRLF and a missing last line end", () => {
  const bytes = new Uint8Array(3);
  assertEquals(decodePem(good.replaceAll("\n", "\r\n")).bytes, bytes);
  assertEquals(decodePem(good.trimEnd()).bytes, bytes);
});

const refused = {
  "nothing": "",
  "a second block": good + good,
  "text before the block": "key:\n" + good,
  "text behind the block": good + "x",
  "a second line end behind the block": good + "\n",
  "headers": good.replace("AAAA", "Proc-Type: 4,ENCRYPTED\n\nAAAA"),
  "labels that differ": good.replace("END X", "END Y"),
  "no end": good.slice(0, 22),
  "a lower-case label": good.replaceAll("X", "x"),
  "missing padding": good.replace("AAAA", "AAA"),
  "stray bits before the padding": good.replace("AAAA", "AB=="),
  "text behind the padding": good.replace("AAAA", "AA==AAAA"),
  "a character that is not base64": good.replace("AAAA", "AAA-"),
  "a space": good.replace("AAAA", "AA AA"),
  "an overlong line": good.replace("AAAA", "A".repeat(80)),
};
for (const [what, text] of Object.entries(refused)) {
  Deno.test(`decodePem() refuses ${what}`, () => {
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodePem(text));
  });
}
