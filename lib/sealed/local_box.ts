import { type Bytes, concat, equalBytes, fromUtf8, utf8 } from "../bytes.ts";
import {
  AES_KEY_BYTES,
  AesGcmKey,
  GCM_NONCE_BYTES,
  GCM_TAG_BYTES,
} from "../crypto/aes_gcm.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";
import { hmacSha256Sync } from "../crypto/hmac_sync.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";

/**
 * What an identity signs for nobody but itself, as `STATE_LABEL`: the signature is
 * the secret that records and texts are kept under.
 */
export const STORE_LABEL = "chat/1 sealed store\0";

/** Bytes that a record has more than what it holds. */
export const BOX_OVERHEAD_BYTES = GCM_NONCE_BYTES + GCM_TAG_BYTES;

/** Size of {@linkcode LocalBox.blind}, in bytes. */
export const BLIND_BYTES = 32;

/** Where what waits in an outbox was hidden. */
const VAULT = utf8("outbox");

/**
 * Seals what a device keeps of its sealed rooms besides their states, at once
 * (docs/sealed.md, "State on disk"): 12 random bytes of nonce, then AES-256-GCM
 * (NIST SP 800-38D), ciphertext and tag. What is sealed opens in its place only.
 *
 * One key serves an identity for ever, so the nonces bound it: after 2^32 records,
 * which are 136 a second for a year, two are alike with a chance of 2^-33
 * (section 8.3 there). Older copies that are put back change nothing about that.
 */
export class LocalBox {
  readonly #key: AesGcmKey;
  readonly #blindKey: Bytes;

  private constructor(key: AesGcmKey, blindKey: Bytes) {
    this.#key = key;
    this.#blindKey = blindKey;
  }

  /**
   * Makes the box of an identity.
   *
   * @throws {ChatError} `CHAT_INTERNAL` when it never signs the same twice: it
   * would not open what it sealed.
   */
  static async of(identity: Identity): Promise<LocalBox> {
    const signature = await identity.sign(utf8(STORE_LABEL));
    if (!equalBytes(signature, await identity.sign(utf8(STORE_LABEL)))) {
      throw new ChatError(
        "CHAT_INTERNAL",
        "Cannot keep sealed rooms: this identity never signs the same twice",
      );
    }
    const root = await HkdfSecret.import(
      await hkdfExtract(new Uint8Array(AES_KEY_BYTES), signature),
    );
    const derive = (label: string): Promise<Bytes> =>
      root.expandLabel(label, new Uint8Array(0), AES_KEY_BYTES);
    return new LocalBox(
      new AesGcmKey(await derive("sealed store records")),
      await derive("sealed store lookup"),
    );
  }

  /** Tells whose box it is, to whoever has seen it before. */
  get owner(): Bytes {
    return this.blind("owner", new Uint8Array(0));
  }

  /**
   * Seals a record.
   *
   * @param place Where it is kept: it opens nowhere else.
   */
  seal(plaintext: Bytes, place: Bytes): Bytes {
    const nonce = crypto.getRandomValues(new Uint8Array(GCM_NONCE_BYTES));
    const operation = { nonce, additionalData: place };
    return concat(nonce, this.#key.sealNow(plaintext, operation));
  }

  /** Inverse of {@linkcode LocalBox.seal}; `undefined` for anything else. */
  open(sealed: Bytes, place: Bytes): Bytes | undefined {
    const nonce = sealed.slice(0, GCM_NONCE_BYTES);
    const operation = { nonce, additionalData: place };
    try {
      return this.#key.openNow(sealed.slice(GCM_NONCE_BYTES), operation);
    } catch (error) {
      if (error instanceof ChatError) return undefined;
      throw error;
    }
  }

  /**
   * What stands for a value where it must be found again: alike for the same
   * value and use, and telling nothing of it without the key of the identity.
   *
   * @param use Values of another use are never alike.
   */
  blind(use: string, value: Bytes): Bytes {
    const label = utf8(use);
    const length = Uint8Array.of(label.length);
    return hmacSha256Sync(this.#blindKey, length, label, value);
  }

  /** Hides a text that waits in the outbox: base64, and so text again. */
  hide(text: string): string {
    return this.seal(utf8(text), VAULT).toBase64();
  }

  /** Inverse of `hide`; `undefined` for what was not hidden by this identity. */
  reveal(hidden: string): string | undefined {
    try {
      const opened = this.open(Uint8Array.fromBase64(hidden), VAULT);
      return opened && fromUtf8(opened);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined; // no base64
      throw error;
    }
  }
}
