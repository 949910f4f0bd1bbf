import { Chunk } from "./chunk.ts";
import { Cursor } from "./cursor.ts";
import type { Page } from "./history.ts";
import type { TailSpace } from "./tail_space.ts";

/** What a tail needs to know of the log it is the end of. */
export interface LogTailOptions {
  /** The newest entry that the log has already; 0 when it has none. */
  readonly seq: number;
  /** Reads older entries, those that follow `after`. */
  readonly read: (after: number) => Page;
  /** Bounds the memory of all tails together. */
  readonly space: TailSpace;
}

/**
 * The tail of a room's log, which is also the queue of every member: each entry
 * is appended once, encoded once, and members are cursors into it. What readers
 * do does not change its size: one that falls behind the tail goes on from the
 * history.
 */
export class LogTail {
  #first: Chunk;
  #last: Chunk;
  /** Whether `#last` is not in memory, or never was: it takes nothing more. */
  #closed = true;
  readonly #options: LogTailOptions;

  constructor(options: LogTailOptions) {
    this.#options = options;
    this.#first = this.#last = new Chunk(0, options.seq);
  }

  /** Number of the newest entry; 0 before the first. */
  get seq(): number {
    return this.#last.seq;
  }

  /**
   * Appends one encoded entry.
   *
   * @param entry At most `CHUNK_BYTES`.
   * @param kept Whether it counts, because the log keeps it.
   */
  append(entry: Uint8Array, kept: boolean): void {
    if (this.#closed || !this.#last.fits(entry.length)) this.#begin();
    this.#last.append(entry, kept);
  }

  /**
   * A reader of everything after entry `after`. At the newest entry it begins at
   * the very end: what was not kept is over.
   */
  cursor(after = this.seq, onLost: () => void = () => {}): Cursor {
    return new Cursor(this, { after, onLost });
  }

  /** Gives its memory back, when it is not needed for a while. */
  release(): void {
    for (let at: Chunk | undefined = this.#first; at !== undefined;) {
      const { next }: Chunk = at;
      this.#options.space.release(at);
      at.drop();
      at = next;
    }
    this.#first = this.#last;
    this.#closed = true;
  }

  /** Whether a chunk is still in memory. */
  holds(chunk: Chunk): boolean {
    return chunk.index >= this.#first.index &&
      !(this.#closed && chunk === this.#last);
  }

  /** The place behind entry `seq`, when it is in memory. */
  find(seq: number): readonly [Chunk, number] | undefined {
    if (seq >= this.seq) return [this.#last, this.#last.length];
    if (seq < this.#first.after || !this.holds(this.#first)) return undefined;
    let chunk = this.#first;
    while (chunk.next !== undefined && chunk.seq <= seq) chunk = chunk.next;
    return [chunk, chunk.offsetAfter(seq)];
  }

  /** The oldest place in memory. */
  get start(): readonly [Chunk, number] {
    return this.holds(this.#first)
      ? [this.#first, 0]
      : [this.#last, this.#last.length];
  }

  /** Older entries, from the history. */
  read(after: number): Page {
    return this.#options.read(after);
  }

  /** Begins a chunk; readers at the end of the one before find it. */
  #begin(): void {
    const chunk = new Chunk(this.#last.index + 1, this.#last.seq);
    this.#last.next = chunk;
    if (this.#closed) this.#first = chunk;
    this.#last = chunk;
    this.#closed = false;
    this.#options.space.claim(chunk, () => {
      // Given up in the order in which they were claimed: it is the first one.
      if (chunk.next === undefined) this.#closed = true;
      else this.#first = chunk.next;
      chunk.drop();
    });
  }
}
