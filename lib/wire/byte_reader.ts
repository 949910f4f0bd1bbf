import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** Strict cursor: every byte is read exactly once, or decoding fails. */
export class ByteReader {
  #offset = 0;
  readonly #view: DataView;

  /**
   * @param bytes Input; fields are copied out, so it may be reused afterwards.
   * @param what Name of the structure, used in error messages.
   */
  constructor(readonly bytes: Bytes, readonly what: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Copies out the next `length` bytes. */
  take(length: number): Bytes {
    const at = this.#advance(length);
    return this.bytes.slice(at, at + length);
  }

  /** The next byte. */
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** The next two bytes, big-endian. */
  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  /** The next four bytes, big-endian. */
  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** The next eight bytes, big-endian, which must be a safe integer. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#advance(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.#malformed(`${value} is above 2^53 - 1`);
    }
    return Number(value);
  }

  /** Everything that is left, copied out. */
  rest(): Bytes {
    return this.take(this.bytes.length - this.#offset);
  }

  /** Ends decoding: any byte left over is an error, never ignored. */
  finish(): void {
    const left = this.bytes.length - this.#offset;
    if (left > 0) throw this.#malformed(`${left} trailing bytes`);
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (at + length > this.bytes.length) {
      throw this.#malformed(
        `need ${at + length} bytes, got ${this.bytes.length}`,
      );
    }
    this.#offset = at + length;
    return at;
  }

  #malformed(found: string): ChatError {
    return new ChatError(
      "CHAT_WIRE_MALFORMED",
      `Cannot decode ${this.what}: ${found}`,
    );
  }
}
