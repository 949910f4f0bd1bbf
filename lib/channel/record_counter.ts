import type { Bytes } from "../bytes.ts";

/** Records one key may seal: 2^24, below the bound of RFC 8446 section 5.5. */
export const MAX_RECORDS = 2 ** 24;
/** Plaintext bytes one key may seal: 64 GiB. */
export const MAX_KEY_BYTES = 2 ** 36;

/** How much one key may do; tests lower it, nothing raises it. */
export interface KeyLimits {
  readonly records: number;
  readonly bytes: number;
}

/** The limits of docs/protocol.md, "KeyUpdate". */
export const KEY_LIMITS: KeyLimits = {
  records: MAX_RECORDS,
  bytes: MAX_KEY_BYTES,
};

/** What one key has done so far, and the nonces it hands out, each once. */
export class RecordCounter {
  #records = 0;
  #bytes = 0;
  readonly #iv: Bytes;

  /** @param iv 12 bytes. */
  constructor(iv: Bytes) {
    this.#iv = iv;
  }

  /** Records counted so far. */
  get records(): number {
    return this.#records;
  }

  /** Plaintext bytes counted so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Claims the next sequence number, synchronously, and returns its nonce:
   * `IV XOR sequence` with the sequence as u64 right-aligned (the form of RFC
   * 8446 section 5.3).
   */
  claim(plaintextBytes: number): Bytes {
    const nonce = this.#iv.slice();
    const view = new DataView(nonce.buffer);
    // Sequence numbers stay below 2^24: the upper half of the u64 is zero.
    view.setUint32(8, view.getUint32(8) ^ this.#records);
    this.#records += 1;
    this.#bytes += plaintextBytes;
    return nonce;
  }
}
