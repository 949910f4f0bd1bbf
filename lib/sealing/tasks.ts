import { ChatError } from "../errors.ts";
import type { Clock } from "../member/link.ts";
import { Patience } from "./patience.ts";

/** How many tasks wait, of all rooms together. */
export class Load {
  readonly #max: number;
  #count = 0;
  #changed = Promise.withResolvers<void>();

  /** @param max From here on `room` makes wait. */
  constructor(max: number) {
    this.#max = max;
  }

  add(): void {
    this.#count += 1;
  }

  remove(): void {
    this.#count -= 1;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves when there is room for more. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#count >= this.#max && !signal.aborted) {
      await this.#changed.promise;
    }
  }
}

/** What tasks need. */
export interface TaskOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly load: Load;
  /** Ends everything: what waits is not done. */
  readonly signal: AbortSignal;
  /** Told once of each failure that it is tried again after. */
  readonly failed: (error: ChatError) => void;
}

/**
 * Does one thing after another. What fails with a `ChatError`, because the disk is
 * full, is tried again until it goes well: nothing behind it may come first. That
 * the queue does not grow meanwhile is for who awaits {@linkcode Load.room}.
 */
export class Tasks {
  readonly #options: TaskOptions;
  readonly #patience: Patience;
  #last: Promise<void> = Promise.resolve();

  constructor(options: TaskOptions) {
    this.#options = options;
    this.#patience = new Patience(options.random);
  }

  /** Appends a task. Anything it throws but a `ChatError` is a bug. */
  push(task: () => Promise<void> | void): void {
    const { load } = this.#options;
    load.add();
    this.#last = this.#last.then(async () => {
      try {
        await this.#carryOut(task);
      } finally {
        load.remove();
      }
    });
  }

  /** Resolves when all of now is done, or given up. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async #carryOut(task: () => Promise<void> | void): Promise<void> {
    const { clock, signal, failed } = this.#options;
    while (!signal.aborted) {
      try {
        await task();
        this.#patience.reset();
        return;
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        if (this.#patience.tries === 0) failed(error);
        await clock.delay(this.#patience.next(), signal);
      }
    }
  }
}
