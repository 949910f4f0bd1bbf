/** Runs tasks one after the other, in the order they came. */
export class TaskLine {
  readonly #capacity: number;
  #last: Promise<void> = Promise.resolve();
  #length = 0;

  /** @param capacity Tasks that may be unfinished at a time. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Queues a task, which must not reject.
   *
   * @returns `false` when there are as many unfinished tasks as may be.
   */
  offer(task: () => Promise<void>): boolean {
    if (this.#length >= this.#capacity) return false;
    this.#length += 1;
    this.#last = this.#last.then(task).finally(() => this.#length -= 1);
    return true;
  }
}
