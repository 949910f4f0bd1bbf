import type { Bytes } from "../bytes.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" };

/** An HMAC-SHA-256 key (RFC 2104), imported once and used many times. */
export class HmacKey {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** @param key Any length from 1 byte. */
  static async import(key: Bytes): Promise<HmacKey> {
    return new HmacKey(
      await crypto.subtle.importKey("raw", key, HMAC, false, ["sign"]),
    );
  }

  /** The authentication code of `message`, 32 bytes. */
  async mac(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(HMAC, this.#key, message));
  }
}

/** HMAC-SHA-256 of `message` under `key`: 32 bytes. */
export async function hmacSha256(key: Bytes, message: Bytes): Promise<Bytes> {
  return await (await HmacKey.import(key)).mac(message);
}
