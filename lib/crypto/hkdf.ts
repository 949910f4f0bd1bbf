import { type Bytes, concat, utf8 } from "../bytes.ts";
import { HmacKey, hmacSha256 } from "./hmac.ts";

const HASH_BYTES = 32;

/**
 * HKDF-Extract with SHA-256 (RFC 5869 section 2.2): 32 bytes.
 *
 * @param salt At least 1 byte; pass 32 zero bytes where the RFC says "not
 * provided", which is the same HMAC key.
 */
export async function hkdfExtract(salt: Bytes, ikm: Bytes): Promise<Bytes> {
  return await hmacSha256(salt, ikm);
}

/**
 * A secret that others are derived from: HKDF-Expand with SHA-256 (RFC 5869
 * section 2.3) and HKDF-Expand-Label on top of it (RFC 8446 section 7.1, with
 * the prefix `"chat/1 "` in place of `"tls13 "`).
 */
export class HkdfSecret {
  readonly #prk: HmacKey;

  private constructor(prk: HmacKey) {
    this.#prk = prk;
  }

  /** @param prk Pseudorandom key, 32 bytes. */
  static async import(prk: Bytes): Promise<HkdfSecret> {
    return new HkdfSecret(await HmacKey.import(prk));
  }

  /** @param length Bytes wanted, at most 255 * 32. */
  async expand(info: Bytes, length: number): Promise<Bytes> {
    const blocks: Bytes[] = [];
    let previous: Bytes = new Uint8Array(0);
    for (let i = 1; (i - 1) * HASH_BYTES < length; i++) {
      previous = await this.#prk.mac(concat(previous, info, Uint8Array.of(i)));
      blocks.push(previous);
    }
    return concat(...blocks).slice(0, length);
  }

  /** @param context At most 255 bytes. @param length At most 65,535. */
  async expandLabel(
    label: string,
    context: Bytes,
    length: number,
  ): Promise<Bytes> {
    return await this.expand(hkdfLabel(label, context, length), length);
  }
}

/** The `HkdfLabel` structure of RFC 8446 section 7.1 for chat/1. */
export function hkdfLabel(
  label: string,
  context: Bytes,
  length: number,
): Bytes {
  const name = utf8("chat/1 " + label);
  return concat(
    Uint8Array.of(length >> 8, length & 0xff, name.length),
    name,
    Uint8Array.of(context.length),
    context,
  );
}
