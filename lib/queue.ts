/**
 * A bounded first-in first-out queue between one producer that can wait and
 * one consumer that iterates.
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  #items: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #released = false;
  #changed: (() => void) | undefined;
  #drained: (() => void) | undefined;

  /** @param capacity Items after which {@linkcode Queue.room} makes wait. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Items that wait. */
  get length(): number {
    return this.#items.length;
  }

  /** Appends `item`; after the end it is dropped. */
  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#changed?.();
  }

  /** From now on `room` makes nobody wait: the producer is about to end. */
  release(): void {
    this.#released = true;
    this.#drained?.();
  }

  /** Resolves when there is room; a producer awaits it before it goes on. */
  async room(): Promise<void> {
    while (this.#items.length >= this.#capacity && !this.#released) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#drained = resolve;
      await promise;
    }
  }

  /** Ends it: what is queued is still delivered, then `error` is thrown. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#changed?.();
    this.release();
  }

  /** Iterate once. Leaving early ends the queue. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        const items = this.#items;
        this.#items = [];
        this.#drained?.();
        yield* items;
        if (this.#items.length > 0) continue;
        if (this.#end !== undefined) {
          if ("error" in this.#end) throw this.#end.error;
          return;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#changed = resolve;
        await promise;
      }
    } finally {
      this.end();
    }
  }
}
