import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Bytes } from "../bytes.ts";

const TAG_BYTES = 16;

/** One AES-128-GCM operation: a key is used with one nonce, for one message. */
export interface OneTimeKey {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  readonly additionalData: Uint8Array;
}

/**
 * Seals with AES-128-GCM (NIST SP 800-38D), the cipher of the MLS suite that
 * sealed rooms use, at once: ciphertext, then 16 bytes of tag.
 */
export function sealAes128Gcm(once: OneTimeKey, plaintext: Uint8Array): Bytes {
  const cipher = createCipheriv("aes-128-gcm", once.key, once.nonce);
  cipher.setAAD(once.additionalData);
  const out = new Uint8Array(plaintext.length + TAG_BYTES);
  out.set(cipher.update(plaintext), 0);
  cipher.final(); // GCM is a stream mode: nothing is held back
  out.set(cipher.getAuthTag(), plaintext.length);
  return out;
}

/**
 * Inverse of {@linkcode sealAes128Gcm}.
 *
 * @throws {Error} when anything differs; nothing is returned before the tag is
 * right.
 */
export function openAes128Gcm(once: OneTimeKey, sealed: Uint8Array): Bytes {
  const length = sealed.length - TAG_BYTES;
  if (length < 0) throw new Error("shorter than its tag");
  const decipher = createDecipheriv("aes-128-gcm", once.key, once.nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(once.additionalData);
  decipher.setAuthTag(sealed.subarray(length));
  const plaintext = decipher.update(sealed.subarray(0, length));
  decipher.final();
  return Uint8Array.from(plaintext);
}
