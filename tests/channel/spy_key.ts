import type { Bytes } from "../../lib/bytes.ts";
import type { TrafficKey } from "../../lib/channel/traffic_key.ts";
import { AesGcmKey } from "../../lib/crypto/aes_gcm.ts";

/** One sealing, as the key saw it. */
export interface Sealing {
  readonly key: string;
  readonly nonce: string;
  readonly additionalData: string;
  readonly plaintext: Bytes;
}

/** A real key that writes down what it is used for. */
class SpyKey extends AesGcmKey {
  readonly #name: string;
  readonly #log: Sealing[];

  constructor(raw: Bytes, log: Sealing[]) {
    super(raw);
    this.#name = raw.toHex();
    this.#log = log;
  }

  override seal(
    plaintext: Bytes,
    operation: { nonce: Bytes; additionalData: Bytes },
  ): Bytes | Promise<Bytes> {
    this.#log.push({
      key: this.#name,
      nonce: operation.nonce.toHex(),
      additionalData: operation.additionalData.toHex(),
      plaintext: plaintext.slice(),
    });
    return super.seal(plaintext, operation);
  }
}

/** A chain of traffic keys number `first` and on that logs every sealing. */
export function spyTrafficKey(log: Sealing[], first = 1): TrafficKey {
  return {
    key: new SpyKey(new Uint8Array(32).fill(first), log),
    iv: new Uint8Array(12).fill(0xff - first),
    next: () => Promise.resolve(spyTrafficKey(log, first + 1)),
  };
}
