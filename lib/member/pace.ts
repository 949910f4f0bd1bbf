import type { Wire } from "./wire.ts";

/** Shortest and longest wait after a refusal for the rate, in milliseconds. */
const HOLD_MS = { min: 50, max: 60_000 };

/**
 * How many requests of a kind may be on their way over one connection. The server
 * sets the pace: after a refusal for the rate, nothing is sent until everything on
 * its way is answered and the time it named is over, and then one by one at first.
 */
export class Pace {
  readonly #wire: Wire;
  readonly #max: number;
  readonly #resume: () => void;
  #window: number;
  #inFlight = 0;
  #held = false;

  /** @param options `resume` is called when more may be sent after a wait. */
  constructor(
    wire: Wire,
    options: { readonly max: number; readonly resume: () => void },
  ) {
    this.#wire = wire;
    this.#max = options.max;
    this.#resume = options.resume;
    this.#window = options.max;
  }

  /** Whether one more may be sent now. */
  get isFree(): boolean {
    return !this.#held && this.#inFlight < this.#window;
  }

  /** One is on its way. */
  begin(): void {
    this.#inFlight += 1;
  }

  /** One is answered. */
  accepted(): void {
    this.#inFlight -= 1;
    this.#window = Math.min(this.#max, this.#window + 1);
  }

  /** One is refused, but not for its rate. */
  refused(): void {
    this.#inFlight -= 1;
  }

  /** One came too fast, and shall come again after `retryMs`. */
  tooFast(retryMs = 0): void {
    this.#inFlight -= 1;
    this.#window = 1;
    if (this.#held) return;
    this.#held = true;
    const ms = Math.min(HOLD_MS.max, Math.max(HOLD_MS.min, retryMs));
    void this.#wire.wait(ms).then(() => {
      this.#held = false;
      this.#resume();
    });
  }
}
