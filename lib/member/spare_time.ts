import type { Clock } from "./link.ts";

/** What may be asked at once after a pause. */
export const SPARE_BURST = 8;

/** Between two questions afterwards, in milliseconds. */
export const SPARE_GAP_MS = 300;

/** For how long our user goes first after a refusal for the rate, in milliseconds. */
export const YIELD_MS = 1_000;

/** The longest that a server may have us wait, in milliseconds. */
const MAX_HOLD_MS = 60_000;

/** What a burst is ahead of its time. */
const AHEAD_MS = (SPARE_BURST - 1) * SPARE_GAP_MS;

/**
 * When what nobody waits for may be asked over a connection. The server counts it
 * with what our user asks: so it is spread, and comes last when that is too fast.
 * Each question waits for a moment only, never for the answer to another one.
 */
export class SpareTime {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  /** Up to when time is spent; ahead of the clock after a burst. */
  #spentUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server has refused something for its rate: then one by one. */
  tooFast(retryMs: number): void {
    const ms = Math.min(MAX_HOLD_MS, retryMs) + YIELD_MS + AHEAD_MS;
    this.#spentUntil = Math.max(this.#spentUntil, this.#clock.now() + ms);
  }

  /** Resolves when one more may be asked, or when `signal` aborts. */
  async turn(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(() => this.#wait(signal));
    await this.#last;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const ms = this.#spentUntil - AHEAD_MS - now;
      if (signal.aborted) return;
      // So far ahead it is only when the clock was put back.
      if (ms > 0 && ms <= MAX_HOLD_MS + YIELD_MS) {
        await this.#clock.delay(ms, signal);
        continue;
      }
      this.#spentUntil = (ms > 0 ? now : Math.max(this.#spentUntil, now)) +
        SPARE_GAP_MS;
      return;
    }
  }
}
