import { type Bytes, concat } from "../bytes.ts";

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
