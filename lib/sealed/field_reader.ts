import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/**
 * Reads what a `FieldWriter` wrote: each byte once, or it throws
 * `CHAT_SEAL_DAMAGED`. Fields are copied out.
 */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #offset = 0;

  /** @param what Name of the structure, used in errors. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** Reads one byte. */
  uint8(): number {
    return this.fixed(1)[0] as number;
  }

  /** Reads four bytes. */
  uint32(): number {
    return new DataView(this.fixed(4).buffer).getUint32(0);
  }

  /** Reads eight bytes. */
  uint64(): bigint {
    return new DataView(this.fixed(8).buffer).getBigUint64(0);
  }

  /** Reads `length` bytes. */
  fixed(length: number): Bytes {
    const end = this.#offset + length;
    if (end > this.#bytes.length) {
      throw this.damaged("it is cut short");
    }
    const field = Uint8Array.from(this.#bytes.subarray(this.#offset, end));
    this.#offset = end;
    return field;
  }

  /** Reads bytes after their number. */
  bytes(): Bytes {
    return this.fixed(this.uint32());
  }

  /** Reads a list of at most `max` items. */
  list<T>(max: number, read: () => T): T[] {
    const count = this.uint32();
    if (count > max) throw this.damaged(`a list of ${count}, not ${max}`);
    return Array.from({ length: count }, read);
  }

  /** Takes everything that is left. */
  rest(): Bytes {
    return this.fixed(this.#bytes.length - this.#offset);
  }

  /** Ends reading: a byte left over is an error. */
  finish(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) throw this.damaged(`${left} bytes trail it`);
  }

  /** The error for what was found. */
  damaged(found: string): ChatError {
    return new ChatError(
      "CHAT_SEAL_DAMAGED",
      `Cannot read ${this.#what}: ${found}`,
    );
  }
}
