/** Lines kept; of a program that prints more, the oldest are forgotten. */
export const MAX_LINES = 10_000;

/** What a program has printed, line by line, to look at and to wait for. */
export class LineLog {
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #done: Promise<void>;
  #forgotten = 0;
  #ended = false;

  /** Reads `source` to its end. */
  constructor(source: ReadableStream<Uint8Array>) {
    this.#done = this.#readAll(source);
  }

  /** The lines so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Resolves when the program has closed this output. */
  get done(): Promise<void> {
    return this.#done;
  }

  /**
   * The first line, old or new, of which `pick` makes something.
   *
   * @param what What is waited for, in words.
   * @throws {Error} when the output ends without it; the reason of `signal`.
   */
  async find<T>(
    what: string,
    pick: (line: string) => T | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    for (let at = 0;;) {
      for (; at < this.#forgotten + this.#lines.length; at++) {
        const line = this.#lines[Math.max(0, at - this.#forgotten)];
        const picked = line === undefined ? undefined : pick(line);
        if (picked !== undefined) return picked;
      }
      if (this.#ended) {
        throw new Error(`Cannot wait for ${what}: the program has ended`);
      }
      await this.#news(signal);
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.add(resolve);
    return promise.finally(() => {
      this.#waiting.delete(resolve);
      signal.removeEventListener("abort", abort);
    });
  }

  async #readAll(source: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of source) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(
        "\n",
      );
      rest = lines.pop() ?? "";
      this.#add(lines);
    }
    if (rest !== "") this.#add([rest]);
    this.#ended = true;
    this.#wake();
  }

  #add(lines: readonly string[]): void {
    this.#lines.push(...lines);
    const excess = this.#lines.length - MAX_LINES;
    if (excess > 0) {
      this.#lines.splice(0, excess);
      this.#forgotten += excess;
    }
    this.#wake();
  }

  #wake(): void {
    this.#waiting.forEach((resolve) => resolve());
  }
}
