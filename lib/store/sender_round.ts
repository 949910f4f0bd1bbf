import type { Database, Query } from "./database.ts";
import { SENT_WINDOW } from "../room/history.ts";

/** Goes round the senders, and forgets what need not be remembered. */
export class SenderRound {
  readonly #next: Query<
    { readonly id: number; readonly last: number; readonly at: number }
  >;
  readonly #trim: Query<never>;
  readonly #forget: Query<never>;
  #previous = 0;

  constructor(db: Database) {
    this.#next = db.query(
      `SELECT id, number AS last, sent.at AS at
       FROM sender JOIN sent ON sent.sender = sender.id
       WHERE id = (SELECT id FROM sender WHERE id > ? ORDER BY id LIMIT 1)
       ORDER BY number DESC LIMIT 1`,
    );
    this.#trim = db.query("DELETE FROM sent WHERE sender = ? AND number <= ?");
    this.#forget = db.query("DELETE FROM sender WHERE id = ?");
  }

  /**
   * Looks at senders until the time is over or the round.
   *
   * @param idleSince Those that sent nothing since are forgotten.
   * @param until When to stop, as `performance.now` counts.
   * @returns Whether the round goes on.
   */
  step(idleSince: number, until: number): boolean {
    while (performance.now() < until) {
      const sender = this.#next.get(this.#previous);
      if (sender === undefined) {
        this.#previous = 0;
        return false;
      }
      const { id, last, at } = sender;
      const idle = at < idleSince;
      this.#trim.run(id, idle ? last : last - SENT_WINDOW);
      if (idle) this.#forget.run(id);
      this.#previous = id;
    }
    return true;
  }
}
