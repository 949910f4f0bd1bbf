import type { Bytes } from "../bytes.ts";

/** Initialisation vector size, in bytes: one AES block. */
export const AES_CBC_IV_BYTES = 16;

/**
 * AES-256-CBC with PKCS #7 padding (NIST SP 800-38A, RFC 5652 section 6.3).
 * It hides but does not protect from change: for key files only.
 *
 * @param key 32 bytes. @param iv 16 bytes, never used before.
 */
export async function encryptAesCbc(
  key: Bytes,
  iv: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  const imported = await importKey(key, "encrypt");
  return new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-CBC", iv }, imported, plaintext),
  );
}

/**
 * Inverse of {@linkcode encryptAesCbc}.
 *
 * @returns The plaintext, or `undefined` when the padding is wrong, as it
 * nearly always is under a wrong key; a wrong key may also yield noise.
 */
export async function decryptAesCbc(
  key: Bytes,
  iv: Bytes,
  ciphertext: Bytes,
): Promise<Bytes | undefined> {
  const imported = await importKey(key, "decrypt");
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(
        { name: "AES-CBC", iv },
        imported,
        ciphertext,
      ),
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") {
      return undefined;
    }
    throw error;
  }
}

async function importKey(
  key: Bytes,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", key, "AES-CBC", false, [usage]);
}
