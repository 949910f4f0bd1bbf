import type { Cursor } from "./cursor.ts";

/** What one session reads: the logs of its rooms, in turn. */
export class Feed {
  readonly #cursors = new Map<number, Cursor>();
  /** Those that may have something, the next one first. */
  #ready: Cursor[] = [];

  /** From here on it reads this room too. */
  follow(room: number, cursor: Cursor): void {
    this.unfollow(room);
    this.#cursors.set(room, cursor);
    this.#ready.push(cursor);
  }

  unfollow(room: number): void {
    const cursor = this.#cursors.get(room);
    if (cursor === undefined) return;
    this.#cursors.delete(room);
    this.#ready = this.#ready.filter((other) => other !== cursor);
  }

  /** Numbers of the rooms it reads. */
  get rooms(): readonly number[] {
    return [...this.#cursors.keys()];
  }

  /** Bytes in memory that it has not taken; what is only stored not counted. */
  get backlog(): number {
    let bytes = 0;
    for (const cursor of this.#cursors.values()) bytes += cursor.backlog;
    return bytes;
  }

  /** There may be something new in a room. */
  notice(room: number): void {
    const cursor = this.#cursors.get(room);
    if (cursor === undefined || this.#ready.includes(cursor)) return;
    this.#ready.push(cursor);
  }

  /** Bytes that {@linkcode Feed.take} would return: 0 when there is nothing. */
  get pending(): number {
    for (;;) {
      const pending = this.#ready[0]?.pending;
      if (pending === undefined) return 0;
      if (pending > 0) return pending;
      this.#ready.shift();
    }
  }

  /** Whole entries of one room, in its order; then it is another one's turn. */
  take(): Uint8Array {
    const cursor = this.#ready.shift() as Cursor;
    const entries = cursor.take();
    this.#ready.push(cursor);
    return entries;
  }
}
