import { Budget } from "./budget.ts";
import type { RoomLimits } from "./room_limits.ts";

/**
 * Budgets of identities that asked to enter and have not been let in yet, so
 * that a new connection does not fill them up. Beyond `absentNames` of them,
 * the one that came first is forgotten.
 */
export class Strangers {
  readonly #budgets = new Map<string, Budget>();
  readonly #limits: RoomLimits;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** What `owner` may still send, from the time `at` on if it is new. */
  budgetOf(owner: string, at: number): Budget {
    const known = this.#budgets.get(owner);
    if (known !== undefined) return known;
    const budget = new Budget(this.#limits, at);
    this.#budgets.set(owner, budget);
    for (const first of this.#budgets.keys()) {
      if (this.#budgets.size <= this.#limits.absentNames) break;
      this.#budgets.delete(first);
    }
    return budget;
  }

  /** Notes that `owner` is in the room: the guestbook has its budget. */
  forget(owner: string): void {
    this.#budgets.delete(owner);
  }
}
