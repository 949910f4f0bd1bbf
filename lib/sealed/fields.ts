import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** Fields of the engine's own structures: numbers big-endian, bytes after their length. */
export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  /** Writes one byte. */
  uint8(value: number): this {
    return this.fixed(Uint8Array.of(value));
  }

  /** Writes four bytes. */
  uint32(value: number): this {
    const field = new Uint8Array(4);
    new DataView(field.buffer).setUint32(0, value);
    return this.fixed(field);
  }

  /** Writes eight bytes. */
  uint64(value: bigint): this {
    const field = new Uint8Array(8);
    new DataView(field.buffer).setBigUint64(0, value);
    return this.fixed(field);
  }

  /** Writes bytes whose number the reader knows. */
  fixed(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  /** Writes bytes after their number. */
  bytes(bytes: Uint8Array): this {
    return this.uint32(bytes.length).fixed(bytes);
  }

  /** Writes the number of items, then each. */
  list<T>(items: Iterable<T>, write: (item: T) => void): this {
    const all = [...items];
    this.uint32(all.length);
    for (const item of all) write(item);
    return this;
  }

  /** Everything written so far, in one array. */
  finish(): Bytes {
    return concat(...this.#parts);
  }
}

/**
 * Reads what {@linkcode FieldWriter} wrote: each byte once, or it throws
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
