import type { Bytes } from "../bytes.ts";

/**
 * Decrypts AES-256-CTR with a big-endian counter of 128 bits (RFC 4344
 * section 4), as OpenSSH encrypts key files.
 *
 * @param key 32 bytes. @param counter The first counter block, 16 bytes.
 */
export async function decryptAesCtr(
  key: Bytes,
  counter: Bytes,
  ciphertext: Bytes,
): Promise<Bytes> {
  const imported = await crypto.subtle.importKey(
    "raw",
    key,
    "AES-CTR",
    false,
    ["decrypt"],
  );
  const algorithm = { name: "AES-CTR", counter, length: 128 };
  return new Uint8Array(
    await crypto.subtle.decrypt(algorithm, imported, ciphertext),
  );
}
