/** Shortest and longest pause, in milliseconds. */
const PAUSE_MS = { min: 200, max: 300_000 };

/**
 * How long to wait before something is tried again: longer each time, and never
 * the same for two who would else go on in step.
 */
export class Patience {
  readonly #random: () => number;
  #tries = 0;

  /** @param random From 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Tries since the last success. */
  get tries(): number {
    return this.#tries;
  }

  /** The pause after one more failure, in milliseconds. */
  next(atLeast = 0): number {
    const grown = PAUSE_MS.min * 2 ** Math.min(this.#tries, 20);
    this.#tries += 1;
    const pause = Math.max(atLeast, Math.min(PAUSE_MS.max, grown));
    return Math.round(pause * (1 + this.#random()));
  }

  /** It went well: the next pause is short. */
  reset(): void {
    this.#tries = 0;
  }
}
