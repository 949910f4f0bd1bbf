import type { Admission } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";
import type { Database, Query } from "./database.ts";

/** Who is let in, besides those on a list. */
export class AdmissionTable {
  readonly #some: Query<Admission>;
  readonly #one: Query<Admission>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT owner, at FROM admission WHERE owner > ?
       ORDER BY owner LIMIT ${MANY_ROWS}`,
    );
    this.#one = db.query("SELECT owner, at FROM admission WHERE owner = ?");
    this.#save = db.query(
      "INSERT OR REPLACE INTO admission (owner, at) VALUES (?, ?)",
    );
    this.#forget = db.query("DELETE FROM admission WHERE owner = ?");
  }

  /** See `RegistryReader.admissions`. */
  all(): Iterable<Admission> {
    return allRows((last) => this.#some.all(last?.owner ?? new Uint8Array()));
  }

  has(owner: Uint8Array): boolean {
    return this.#one.get(owner) !== undefined;
  }

  save({ owner, at }: Admission): void {
    this.#save.run(owner, at);
  }

  forget(owner: Uint8Array): void {
    this.#forget.run(owner);
  }
}
