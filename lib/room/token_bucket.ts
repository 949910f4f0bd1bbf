/**
 * A token bucket: holds at most `burst` tokens and gains `rate` a second. Time
 * is the caller's, in milliseconds, and may stand still or step back.
 */
export class TokenBucket {
  readonly #rate: number;
  // In thousandths of a token: with whole numbers coming in, all sums are exact.
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** Starts full at the time `at`. */
  constructor(limits: { rate: number; burst: number }, at: number) {
    this.#rate = limits.rate;
    this.#burst = limits.burst * 1_000;
    this.#tokens = this.#burst;
    this.#at = at;
  }

  /**
   * How many milliseconds from `at` on `cost` tokens are there; 0 if they are.
   * A cost above the burst counts as the burst, or it would never be met.
   */
  wait(cost: number, at: number): number {
    this.#refill(at);
    const missing = Math.min(cost * 1_000, this.#burst) - this.#tokens;
    return missing <= 0 ? 0 : Math.ceil(missing / this.#rate);
  }

  /** Takes `cost` tokens; only after `wait` has returned 0 for as many. */
  take(cost: number): void {
    this.#tokens = Math.max(0, this.#tokens - cost * 1_000);
  }

  #refill(at: number): void {
    const gained = Math.max(0, at - this.#at) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#at = at;
  }
}
