/** Takes the place of `setTimeout` for one delay: runs out when told. */
export class Deadline implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #set = Promise.withResolvers<() => void>();

  /** @param wanted The delay, in milliseconds. */
  constructor(wanted: number) {
    const real = this.#setTimeout;
    const set = this.#set;
    Object.assign(globalThis, {
      setTimeout(run: () => void, ms?: number): unknown {
        if (ms === wanted) set.resolve(run);
        return real(run, ms);
      },
    });
  }

  /** Lets the first one that is set run out. */
  async runOut(): Promise<void> {
    (await this.#set.promise)();
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
  }
}
