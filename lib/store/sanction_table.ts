import type { Sanction } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";
import type { Database, Query } from "./database.ts";

/** Who is muted or banned. */
export class SanctionTable {
  readonly #some: Query<Sanction>;
  readonly #save: Query<never>;
  readonly #lift: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT kind, subject, name, by, at, until FROM sanction
       WHERE (kind, subject) > (?, ?) ORDER BY kind, subject LIMIT ${MANY_ROWS}`,
    );
    this.#save = db.query(
      "INSERT OR REPLACE INTO sanction (kind, subject, name, by, at, until) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#lift = db.query(
      "DELETE FROM sanction WHERE kind = ? AND subject = ?",
    );
  }

  /** See `RegistryReader.sanctions`. */
  all(): Iterable<Sanction> {
    return allRows((last) =>
      this.#some.all(last?.kind ?? "", last?.subject ?? "")
    );
  }

  save({ kind, subject, name, by, at, until }: Sanction): void {
    this.#save.run(kind, subject, name, by, at, until);
  }

  lift(kind: Sanction["kind"], subject: string): void {
    this.#lift.run(kind, subject);
  }
}
