import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import { ChatError } from "../../lib/errors.ts";
import {
  fingerprintBytes,
  fingerprintFromBytes,
  fingerprintOf,
  parseFingerprint,
} from "../../lib/identity/fingerprint.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Deno.test("fingerprintOf() agrees with ssh-keygen for a known key", async () => {
  // RFC 8032 section 7.1, test 1; `ssh-keygen -lf` prints this fingerprint.
  const key = Uint8Array.fromHex(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
  assertEquals(
    await fingerprintOf(key),
    parseFingerprint("SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"),
  );
});

Deno.test("fingerprintFromBytes() and parseFingerprint() invert fingerprintBytes()", () => {
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(fc.property(digest, (bytes) => {
    const fingerprint = fingerprintFromBytes(bytes as Bytes);
    assertEquals(parseFingerprint(fingerprint), fingerprint);
    assertEquals(fingerprintBytes(fingerprint), bytes as Bytes);
  }));
});

Deno.test("parseFingerprint() accepts one last character in four", () => {
  const accepted = [...ALPHABET].filter((last) => {
    try {
      parseFingerprint("SHA256:" + "A".repeat(42) + last);
      return true;
    } catch (error) {
      assertEquals((error as ChatError).code, "CHAT_FINGERPRINT_INVALID");
      return false;
    }
  });
  assertEquals(accepted.join(""), "AEIMQUYcgkosw048");
});

const good = "SHA256:" + "A".repeat(43);
const refused = {
  "no prefix": "A".repeat(43),
  "prefix in lower case": "sha256:" + "A".repeat(43),
  "MD5": "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
  "padding": good + "=",
  "too short": good.slice(0, -1),
  "too long": good + "A",
  "base64url": "SHA256:" + "-".repeat(43),
  "white space before": " " + good,
  "white space inside": "SHA256: " + "A".repeat(42),
  "a line break after": good + "\n",
  "nothing": "",
};
for (const [what, text] of Object.entries(refused)) {
  Deno.test(`parseFingerprint() refuses ${what}`, () => {
    const error = assertThrows(() => parseFingerprint(text), ChatError);
    assertEquals(error.code, "CHAT_FINGERPRINT_INVALID");
  });
}

for (const length of [0, 31, 33]) {
  Deno.test(`fingerprintFromBytes() refuses ${length} bytes`, () => {
    const digest = new Uint8Array(length);
    const error = assertThrows(() => fingerprintFromBytes(digest), ChatError);
    assertEquals(error.code, "CHAT_FINGERPRINT_INVALID");
  });
}
