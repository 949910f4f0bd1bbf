import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** Key size of AES-256, in bytes. */
export const AES_KEY_BYTES = 32;
/** Nonce size, in bytes (NIST SP 800-38D section 5.2.1.1). */
export const GCM_NONCE_BYTES = 12;
/** Authentication tag size, in bytes. */
export const GCM_TAG_BYTES = 16;

/**
 * Up to this many bytes, `node:crypto` on this thread beats the two hops
 * through the thread pool that `crypto.subtle` takes (docs/performance.md).
 */
const SYNCHRONOUS_BYTES = 2048;

/** One AES-256-GCM operation: nonces are the caller's to keep unique. */
interface Operation {
  readonly nonce: Bytes;
  readonly additionalData: Bytes;
}

/**
 * An AES-256-GCM key (NIST SP 800-38D). Small inputs are answered at once,
 * large ones by a promise: results must be awaited in call order.
 */
export class AesGcmKey {
  readonly #raw: Bytes;
  #imported: Promise<CryptoKey> | undefined; // most members never need it

  /** @param raw 32 bytes; not copied. */
  constructor(raw: Bytes) {
    this.#raw = raw;
  }

  /** Ciphertext, then tag: `plaintext.length + 16` bytes. */
  seal(plaintext: Bytes, operation: Operation): Bytes | Promise<Bytes> {
    return plaintext.length <= SYNCHRONOUS_BYTES
      ? this.sealNow(plaintext, operation)
      : this.#sealLater(plaintext, operation);
  }

  /**
   * Inverse of {@linkcode AesGcmKey.seal}.
   *
   * @param sealed Ciphertext, then tag; must not change before the answer.
   * @throws {ChatError} `CHAT_RECORD_REFUSED` when anything differs.
   */
  open(sealed: Bytes, operation: Operation): Bytes | Promise<Bytes> {
    return sealed.length <= SYNCHRONOUS_BYTES
      ? this.openNow(sealed, operation)
      : this.#openLater(sealed, operation);
  }

  /** Like {@linkcode AesGcmKey.seal}, at once whatever the size. */
  sealNow(plaintext: Bytes, { nonce, additionalData }: Operation): Bytes {
    const cipher = createCipheriv("aes-256-gcm", this.#raw, nonce);
    cipher.setAAD(additionalData);
    const out = new Uint8Array(plaintext.length + GCM_TAG_BYTES);
    out.set(cipher.update(plaintext), 0);
    cipher.final(); // GCM is a stream mode: nothing is held back
    out.set(cipher.getAuthTag(), plaintext.length);
    return out;
  }

  /**
   * Like {@linkcode AesGcmKey.open}, at once whatever the size.
   *
   * @throws {ChatError} `CHAT_RECORD_REFUSED` when anything differs.
   */
  openNow(sealed: Bytes, { nonce, additionalData }: Operation): Bytes {
    const length = sealed.length - GCM_TAG_BYTES;
    if (length < 0) throw refused();
    const decipher = createDecipheriv("aes-256-gcm", this.#raw, nonce, {
      authTagLength: GCM_TAG_BYTES,
    });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(length));
    const plaintext = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final(); // throws on a wrong tag, before anything is returned
    } catch {
      throw refused();
    }
    return new Uint8Array(plaintext);
  }

  async #sealLater(
    plaintext: Bytes,
    { nonce, additionalData }: Operation,
  ): Promise<Bytes> {
    const key = await this.#subtleKey();
    return new Uint8Array(
      await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData },
        key,
        plaintext,
      ),
    );
  }

  async #openLater(
    sealed: Bytes,
    { nonce, additionalData }: Operation,
  ): Promise<Bytes> {
    const key = await this.#subtleKey();
    try {
      return new Uint8Array(
        await crypto.subtle.decrypt(
          { name: "AES-GCM", iv: nonce, additionalData },
          key,
          sealed,
        ),
      );
    } catch {
      throw refused();
    }
  }

  #subtleKey(): Promise<CryptoKey> {
    this.#imported ??= crypto.subtle.importKey(
      "raw",
      this.#raw,
      "AES-GCM",
      false,
      ["encrypt", "decrypt"],
    );
    return this.#imported;
  }
}

function refused(): ChatError {
  return new ChatError(
    "CHAT_RECORD_REFUSED",
    "Cannot open record: it was not sealed by the peer, or not in this place",
  );
}
