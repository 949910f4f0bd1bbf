/**
 * Bytes of one chunk. A cursor never reads past the end of a chunk, so this is
 * also the most that one batch carries: what one record of the channel holds.
 */
export const CHUNK_BYTES = 65_533;
/** What a chunk begins with; it doubles, so that quiet rooms cost little. */
const FIRST_BYTES = 2_048;

/** A stretch of a log in memory: encoded entries, one after another. */
export class Chunk {
  readonly index: number;
  /** Number of the newest kept entry before this chunk. */
  readonly after: number;
  next: Chunk | undefined;
  #bytes = new Uint8Array(0);
  #length = 0;
  /** Where each kept entry begins, and how many there are. */
  #starts: number[] = [];
  #count = 0;
  #passed = false;

  constructor(index: number, after: number) {
    this.index = index;
    this.after = after;
  }

  get length(): number {
    return this.#length;
  }

  /** Number of the newest kept entry up to the end of this chunk. */
  get seq(): number {
    return this.after + this.#count;
  }

  /** Whether it was dropped and what follows is not to be found from here. */
  get isPassed(): boolean {
    return this.#passed;
  }

  /** Whether `size` more bytes have a place here. */
  fits(size: number): boolean {
    return this.#length + size <= CHUNK_BYTES;
  }

  /** @param kept Whether the log keeps it, so that it counts. */
  append(entry: Uint8Array, kept: boolean): void {
    const length = this.#length + entry.length;
    if (length > this.#bytes.length) {
      // Views into the old bytes stay as they are: nothing is ever overwritten.
      const larger = new Uint8Array(
        Math.min(
          CHUNK_BYTES,
          Math.max(length, FIRST_BYTES, 2 * this.#bytes.length),
        ),
      );
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    if (kept) this.#count = this.#starts.push(this.#length);
    this.#bytes.set(entry, this.#length);
    this.#length = length;
  }

  /** Where what follows entry `seq` begins, what is not kept passed over. */
  offsetAfter(seq: number): number {
    return this.#starts[seq - this.after] ?? this.#length;
  }

  /** Everything from `offset` on, as a view. */
  from(offset: number): Uint8Array {
    return this.#bytes.subarray(offset, this.#length);
  }

  /**
   * Gives its memory back. It does not lead to the next one any more, if there is
   * one: a reader that stalls in it would keep all that follows in memory.
   */
  drop(): void {
    this.#bytes = new Uint8Array(0);
    this.#starts = [];
    this.#passed = this.next !== undefined;
    this.next = undefined;
  }
}
