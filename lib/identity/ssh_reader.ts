import type { Bytes } from "../bytes.ts";
import { damagedIdentity } from "./damaged.ts";

/**
 * Strict cursor over the SSH data types (RFC 4251 section 5). Each failure is
 * `CHAT_IDENTITY_DAMAGED`.
 */
export class SshReader {
  readonly #bytes: Bytes;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** Copies out the next `length` bytes. */
  take(length: number): Bytes {
    const end = this.#offset + length;
    if (end > this.#bytes.length) {
      throw damagedIdentity("the OpenSSH key is cut short");
    }
    const field = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return field;
  }

  /** Reads a `uint32`. */
  takeUint32(): number {
    return new DataView(this.take(4).buffer).getUint32(0);
  }

  /** Reads a `string`: its length, then that many bytes. */
  takeString(): Bytes {
    return this.take(this.takeUint32());
  }

  /** Takes everything that is left. */
  takeRest(): Bytes {
    return this.take(this.#bytes.length - this.#offset);
  }

  /** Ends reading: any byte left over is an error, never ignored. */
  finish(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) {
      throw damagedIdentity(`${left} bytes trail the OpenSSH key`);
    }
  }
}
