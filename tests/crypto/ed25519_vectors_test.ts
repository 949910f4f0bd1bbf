import { verifyEd25519 } from "../../lib/crypto/ed25519.ts";
import { assertEquals } from "../support/assert.ts";
import vectors from "../vectors/ed25519.json" with { type: "json" };

for (const { why, valid, ...hex } of vectors.signatures) {
  const verb = valid ? "accepts" : "refuses";
  Deno.test(`verifyEd25519() ${verb} the published signature: ${why}`, async () => {
    const claim = {
      publicKey: Uint8Array.fromHex(hex.public_key),
      message: Uint8Array.fromHex(hex.message),
      signature: Uint8Array.fromHex(hex.signature),
    };
    assertEquals(await verifyEd25519(claim), valid);
  });
}
