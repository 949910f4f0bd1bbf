import { ChatError } from "../errors.ts";
import {
  type Invitation,
  type Invitations,
  MAX_INVITATIONS,
  type Redemption,
} from "../room/registry.ts";
import { AdmissionTable } from "./admission_table.ts";
import type { Database, Query } from "./database.ts";

/** Invitations, which several processes may make and redeem. */
export class InvitationTable implements Invitations {
  readonly #db: Database;
  readonly #admissions: AdmissionTable;
  readonly #expire: Query<never>;
  readonly #trim: Query<never>;
  readonly #count: Query<{ readonly count: number }>;
  readonly #insert: Query<never>;
  readonly #some: Query<never>;
  readonly #open: Query<never>;
  readonly #redeem: Query<never>;
  readonly #redeemed: Query<never>;

  constructor(db: Database) {
    this.#db = db;
    this.#admissions = new AdmissionTable(db);
    this.#expire = db.query("DELETE FROM invitation WHERE until <= ?");
    this.#trim = db.query(
      `DELETE FROM invitation WHERE digest IN (
         SELECT digest FROM invitation WHERE owner IS NOT NULL
         ORDER BY at DESC, digest LIMIT -1 OFFSET ${MAX_INVITATIONS})`,
    );
    this.#count = db.query(
      "SELECT count(*) AS count FROM invitation WHERE owner IS NULL",
    );
    this.#insert = db.query(
      "INSERT INTO invitation (digest, by, at, until) VALUES (?, ?, ?, ?)",
    );
    const open = "owner IS NULL AND until > ?1";
    this.#some = db.query(`SELECT 1 FROM invitation WHERE ${open} LIMIT 1`);
    this.#open = db.query(
      `SELECT 1 FROM invitation WHERE ${open} AND digest = ?2`,
    );
    this.#redeem = db.query(
      `UPDATE invitation SET owner = ?3 WHERE ${open} AND digest = ?2`,
    );
    this.#redeemed = db.query(
      "SELECT 1 FROM invitation WHERE digest = ? AND owner = ?",
    );
  }

  invite({ digest, by, at, until }: Invitation): void {
    this.#db.transaction(() => {
      this.#expire.run(at);
      this.#trim.run(); // so that those redeemed are bounded as well
      if ((this.#count.get()?.count ?? 0) >= MAX_INVITATIONS) {
        throw tooManyInvitations();
      }
      this.#insert.run(digest, by, at, until);
    });
  }

  hasInvitations(at: number): boolean {
    return this.#some.get(at) !== undefined;
  }

  redeem({ digest, owner, at }: Redemption): boolean {
    // Anybody may try any number of digests: only a good one costs a write.
    if (this.#open.get(at, digest) !== undefined) {
      const first = this.#db.transaction(() => {
        if (this.#redeem.run(at, digest, owner) === 0) return false;
        this.#admissions.save({ owner, at });
        return true;
      });
      if (first) return true;
    }
    return this.#redeemed.get(digest, owner) !== undefined &&
      this.#admissions.has(owner);
  }
}

/** What to say to whoever wants one more. */
export function tooManyInvitations(): ChatError {
  return new ChatError(
    "CHAT_FULL",
    `Cannot invite: ${MAX_INVITATIONS} invitations are open`,
  );
}
