import type { Database, Query } from "./database.ts";
import type { OwnedName } from "../room/history.ts";

/** Names that are read at once. */
const NAMES_AT_ONCE = 256;

/** Which name belongs to which identity. */
export class NameTable {
  readonly #some: Query<OwnedName>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT owner, form, shown, seen FROM name
       WHERE (seen, owner) > (?, ?) ORDER BY seen, owner LIMIT ${NAMES_AT_ONCE}`,
    );
    this.#save = db.query(
      "INSERT OR REPLACE INTO name (owner, form, shown, seen) VALUES (?, ?, ?, ?)",
    );
    this.#forget = db.query("DELETE FROM name WHERE owner = ?");
  }

  /** See `History.names`. */
  *all(): Generator<OwnedName, void, void> {
    let seen = -Infinity;
    let owner = new Uint8Array();
    for (;;) {
      const names = this.#some.all(seen, owner);
      yield* names;
      const last = names.at(-1);
      if (last === undefined) return;
      seen = last.seen;
      owner = Uint8Array.from(last.owner);
    }
  }

  /** See `History.saveName`. */
  save({ owner, form, shown, seen }: OwnedName): void {
    this.#save.run(owner, form, shown, seen);
  }

  /** See `History.forgetName`. */
  forget(owner: Uint8Array): void {
    this.#forget.run(owner);
  }
}
