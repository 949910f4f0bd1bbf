import type { Role, RoleHolder } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";
import type { Database, Query } from "./database.ts";

/** Who may do more than others. */
export class RoleTable {
  readonly #some: Query<RoleHolder>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT owner, role FROM role WHERE owner > ?
       ORDER BY owner LIMIT ${MANY_ROWS}`,
    );
    this.#save = db.query(
      "INSERT OR REPLACE INTO role (owner, role) VALUES (?, ?)",
    );
    this.#forget = db.query("DELETE FROM role WHERE owner = ?");
  }

  /** See `RegistryReader.roles`. */
  all(): Iterable<RoleHolder> {
    return allRows((last) => this.#some.all(last?.owner ?? new Uint8Array()));
  }

  /** Gives an identity a role, or with `null` takes it away. */
  save(owner: Uint8Array, role: Role | null): void {
    if (role === null) this.#forget.run(owner);
    else this.#save.run(owner, role);
  }
}
