import type { ErrorCode } from "../../lib/errors.ts";
import {
  fingerprintBytes,
  fingerprintOf,
  parseFingerprint,
} from "../../lib/identity/fingerprint.ts";
import { parseTarget, type Target } from "../../lib/identity/target.ts";
import { wordsOf } from "../../lib/identity/words.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import vectors from "../vectors/fingerprints_and_links.json" with {
  type: "json",
};

Deno.test("the published fingerprints belong to their identities", async () => {
  for (const { identity, fingerprint, digest, words } of vectors.fingerprints) {
    const parsed = parseFingerprint(fingerprint);
    assertEquals(await fingerprintOf(Uint8Array.fromHex(identity)), parsed);
    assertEquals(fingerprintBytes(parsed).toHex(), digest);
    assertEquals(wordsOf(parsed), words);
  }
});

for (const { why, text } of vectors.refused_fingerprints) {
  Deno.test(`parseFingerprint() refuses the published ${why}`, () => {
    assertRefuses("CHAT_FINGERPRINT_INVALID", () => parseFingerprint(text));
  });
}

for (const { link, invitation, key, ...target } of vectors.links) {
  Deno.test(`parseTarget() reads the published ${link.slice(0, 60)}`, () => {
    const secrets = {
      ...(invitation && { invitation: Uint8Array.fromHex(invitation) }),
      ...(key && { key: Uint8Array.fromHex(key) }),
    };
    assertEquals(parseTarget(link), { ...target, ...secrets } as Target);
  });
}

for (const { why, link, code } of vectors.refused_links) {
  Deno.test(`parseTarget() refuses a link with the published ${why}`, () => {
    assertRefuses(code as ErrorCode, () => parseTarget(link));
  });
}
