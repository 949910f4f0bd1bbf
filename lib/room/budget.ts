import { Allowance, type Cost } from "./allowance.ts";
import type { RoomLimits } from "./room_limits.ts";

/**
 * Refusals that one accepted request makes up for. Whoever waits as it is told
 * is never ended; whoever does not is refused far more often than accepted.
 */
export const FORGIVEN_PER_REQUEST = 10;

/** What one identity may still send: requests and bytes, over all sessions. */
export class Budget {
  readonly #allowance: Allowance;
  #refusals = 0;

  /** Starts full at the time `at`, in milliseconds. */
  constructor(limits: RoomLimits, at: number) {
    this.#allowance = new Allowance(limits, at);
  }

  /** For how many milliseconds `cost` cannot be paid; 0 if it can. */
  wait(cost: Cost, at: number): number {
    return this.#allowance.wait(cost, at);
  }

  /** Spends on a request, or returns for how many milliseconds it must wait. */
  spend(cost: Cost, at: number): number {
    const wait = this.wait(cost, at);
    if (wait > 0) {
      this.#refusals += 1;
      return wait;
    }
    this.#refusals = Math.max(0, this.#refusals - FORGIVEN_PER_REQUEST);
    this.#allowance.take(cost);
    return 0;
  }

  /** Requests refused, less those that accepted ones made up for. */
  get refusals(): number {
    return this.#refusals;
  }
}
