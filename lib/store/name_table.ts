import type { OwnedName } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";
import type { Database, Query } from "./database.ts";

/** Which name belongs to which identity. */
export class NameTable {
  readonly #some: Query<OwnedName>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT owner, form, shown, seen FROM name
       WHERE (seen, owner) > (?, ?) ORDER BY seen, owner LIMIT ${MANY_ROWS}`,
    );
    this.#save = db.query(
      "INSERT OR REPLACE INTO name (owner, form, shown, seen) VALUES (?, ?, ?, ?)",
    );
    this.#forget = db.query("DELETE FROM name WHERE owner = ?");
  }

  /** See `RegistryReader.names`. */
  all(): Iterable<OwnedName> {
    return allRows((last) =>
      this.#some.all(last?.seen ?? -Infinity, last?.owner ?? new Uint8Array())
    );
  }

  /** Gives an identity a name, which then is nobody else's. */
  save({ owner, form, shown, seen }: OwnedName): void {
    this.#save.run(owner, form, shown, seen);
  }

  forget(owner: Uint8Array): void {
    this.#forget.run(owner);
  }
}
