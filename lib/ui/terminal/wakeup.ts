/** Lets one loop sleep until there is something to do. */
export class Wakeup {
  #set = false;
  #resolve: (() => void) | undefined;

  /** Lets the next `wait`, or the one under way, resolve. */
  set(): void {
    this.#set = true;
    this.#resolve?.();
  }

  /** Resolves once `set` was called since it last resolved. */
  async wait(): Promise<void> {
    if (!this.#set) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resolve = resolve;
      await promise;
    }
    this.#set = false;
  }
}
