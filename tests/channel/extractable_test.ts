import { AesGcmKey } from "../../lib/crypto/aes_gcm.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { assert } from "../support/assert.ts";
import { passOn, relayedHandshake } from "./relay.ts";

/** Every key that WebCrypto makes while `body` runs. */
async function keysMadeBy(body: () => Promise<void>): Promise<CryptoKey[]> {
  const made: CryptoKey[] = [];
  const { subtle } = crypto;
  const own = subtle as unknown as Record<string, unknown>;
  const methods = ["generateKey", "importKey", "deriveKey", "unwrapKey"];
  for (const name of methods) {
    const original = (own[name] as (...args: unknown[]) => Promise<unknown>)
      .bind(subtle);
    own[name] = async (...args: unknown[]): Promise<unknown> => {
      const result = await original(...args) as CryptoKey | CryptoKeyPair;
      if ("privateKey" in result) made.push(result.privateKey);
      else made.push(result);
      return result;
    };
  }
  try {
    await body();
  } finally {
    for (const name of methods) delete own[name];
  }
  return made;
}

Deno.test("openChannel() and acceptChannel() keep every private and secret key where no code can read it", async () => {
  const keys = await keysMadeBy(async () => {
    await generateIdentity();
    (await relayedHandshake(passOn)).close();
    const nonce = new Uint8Array(12);
    await new AesGcmKey(new Uint8Array(32)).seal(new Uint8Array(10_000), {
      nonce,
      additionalData: nonce,
    });
  });
  const secret = keys.filter(({ type }) => type !== "public");
  const algorithms = new Set(secret.map(({ algorithm }) => algorithm.name));
  for (const name of ["Ed25519", "X25519", "ML-KEM-768", "HMAC", "AES-GCM"]) {
    assert(algorithms.has(name), name);
  }
  for (const { algorithm, extractable } of secret) {
    assert(!extractable, `${algorithm.name} can be read`);
  }
});
