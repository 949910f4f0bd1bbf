/**
 * Bytes of one chunk. A cursor never reads past the end of a chunk, so this is
 * also the most that one batch carries: what one record of the channel holds.
 */
export const CHUNK_BYTES = 65_533;
/** Chunks kept in memory: 4 MiB. A reader that falls behind them is lost. */
export const MAX_CHUNKS = 64;

class Chunk {
  readonly bytes = new Uint8Array(CHUNK_BYTES);
  length = 0;
  next: Chunk | undefined;

  constructor(readonly index: number) {}
}

/**
 * The tail of a room's log, which is also the queue of every member: each
 * entry is appended once, encoded once, and members are cursors into it. Its
 * size is bounded whatever readers do.
 */
export class LogTail {
  #last = new Chunk(0);
  #oldest = 0;
  readonly #maxChunks: number;

  /** @param maxChunks Lowers {@linkcode MAX_CHUNKS}, for tests. */
  constructor(maxChunks: number = MAX_CHUNKS) {
    this.#maxChunks = Math.min(maxChunks, MAX_CHUNKS);
  }

  /**
   * Appends one encoded entry.
   *
   * @param entry At most {@linkcode CHUNK_BYTES}.
   */
  append(entry: Uint8Array): void {
    if (this.#last.length + entry.length > CHUNK_BYTES) {
      const chunk = new Chunk(this.#last.index + 1);
      this.#last.next = chunk;
      this.#last = chunk;
      this.#oldest = Math.max(this.#oldest, chunk.index - this.#maxChunks + 1);
    }
    this.#last.bytes.set(entry, this.#last.length);
    this.#last.length += entry.length;
  }

  /** A reader that starts behind the newest entry. */
  cursor(): Cursor {
    return new Cursor(this.#last, () => this.#oldest);
  }
}

/** One member's place in a log. */
export class Cursor {
  #chunk: Chunk;
  #offset: number;
  readonly #oldest: () => number;

  constructor(chunk: Chunk, oldest: () => number) {
    this.#chunk = chunk;
    this.#offset = chunk.length;
    this.#oldest = oldest;
  }

  /** Whether entries it has not read are gone: its reader is too slow. */
  get lost(): boolean {
    this.#advance();
    return this.#chunk.index < this.#oldest();
  }

  /** Bytes that {@linkcode Cursor.take} would return: 0 at the end. */
  get pending(): number {
    return this.lost ? 0 : this.#chunk.length - this.#offset;
  }

  /** Whole entries from here to the end of the chunk, as a view. */
  take(): Uint8Array {
    this.#advance();
    const { bytes, length } = this.#chunk;
    const entries = bytes.subarray(this.#offset, length);
    this.#offset = length;
    return entries;
  }

  #advance(): void {
    const { next, length } = this.#chunk;
    if (next === undefined || this.#offset < length) return;
    this.#chunk = next;
    this.#offset = 0;
  }
}
