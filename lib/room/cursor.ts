import type { Chunk } from "./chunk.ts";
import type { LogTail } from "./log.ts";

/**
 * One member's place in a log: in the tail as long as it keeps up, else in the
 * history, a page in memory at a time. Either way it takes whole entries, in
 * order, each once.
 */
export class Cursor {
  readonly #tail: Pick<LogTail, "find" | "holds" | "read" | "start">;
  readonly #onLost: () => void;
  /** The newest kept entry that was taken. */
  #seq: number;
  #chunk: Chunk | undefined;
  #offset = 0;
  #page: Uint8Array | undefined;
  #pageSeq = 0;
  #lost = false;

  constructor(
    tail: Pick<LogTail, "find" | "holds" | "read" | "start">,
    { after, onLost }: {
      readonly after: number;
      /** Told once when what it should read next is not kept any more. */
      readonly onLost: () => void;
    },
  ) {
    this.#tail = tail;
    this.#seq = after;
    this.#onLost = onLost;
    this.#enterTail();
  }

  /** The newest entry that was taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Bytes in memory that were not taken yet. */
  get backlog(): number {
    const chunk = this.#chunk;
    const [from, offset] = chunk !== undefined && this.#tail.holds(chunk)
      ? [chunk, this.#offset]
      : this.#tail.find(this.#seq) ?? this.#tail.start;
    let bytes = from.length - offset;
    for (let at = from.next; at !== undefined; at = at.next) bytes += at.length;
    return bytes;
  }

  /** Bytes that {@linkcode Cursor.take} would return: 0 at the end. */
  get pending(): number {
    if (this.#page !== undefined) return this.#page.length;
    const chunk = this.#advance();
    if (chunk !== undefined) return chunk.length - this.#offset;
    return this.#turnPage();
  }

  /** Whole entries from here on, as many as there are together, as a view. */
  take(): Uint8Array {
    if (this.pending === 0) return new Uint8Array(0);
    if (this.#page !== undefined) {
      const page = this.#page;
      this.#page = undefined;
      this.#seq = this.#pageSeq;
      return page;
    }
    const chunk = this.#chunk as Chunk;
    const entries = chunk.from(this.#offset);
    this.#offset = chunk.length;
    this.#seq = chunk.seq;
    return entries;
  }

  /** The chunk it is in, if what it has not read of it is in memory. */
  #advance(): Chunk | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined) return this.#enterTail();
    const { next, length } = chunk;
    if (this.#offset >= length && next !== undefined) {
      this.#chunk = next;
      this.#offset = 0;
      return this.#advance();
    }
    const isThere = !chunk.isPassed &&
      (this.#offset >= length || this.#tail.holds(chunk));
    if (isThere) return chunk;
    // Given up: what was not kept in it is over, the rest is in the history.
    this.#chunk = undefined;
    return this.#enterTail();
  }

  #enterTail(): Chunk | undefined {
    const place = this.#tail.find(this.#seq);
    if (place === undefined) return undefined;
    [this.#chunk, this.#offset] = place;
    return this.#chunk;
  }

  #turnPage(): number {
    if (this.#lost) return 0;
    const { first, last, bytes } = this.#tail.read(this.#seq);
    if (first !== this.#seq + 1 || bytes.length === 0) {
      this.#lost = true; // nobody is ever given a gap
      this.#onLost();
      return 0;
    }
    this.#page = bytes;
    this.#pageSeq = last;
    return bytes.length;
  }
}
