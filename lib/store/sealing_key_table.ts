import type { OwnedName } from "../room/registry.ts";
import type { Database, Query } from "./database.ts";

/** The newest sealing key of each identity, as it published it. */
export class SealingKeyTable {
  readonly #one: Query<{ readonly key: Uint8Array }>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;
  readonly #forgetBefore: Query<never>;

  constructor(db: Database) {
    this.#one = db.query("SELECT key FROM sealing_key WHERE owner = ?");
    this.#save = db.query(
      "INSERT OR REPLACE INTO sealing_key (owner, key) VALUES (?, ?)",
    );
    this.#forget = db.query("DELETE FROM sealing_key WHERE owner = ?");
    this.#forgetBefore = db.query(
      `DELETE FROM sealing_key WHERE owner IN
         (SELECT owner FROM name WHERE form = ? AND owner <> ?)`,
    );
  }

  /** See `RegistryReader.sealingKey`. */
  of(owner: Uint8Array): Uint8Array | undefined {
    return this.#one.get(owner)?.key;
  }

  save(owner: Uint8Array, key: Uint8Array): void {
    this.#save.run(owner, key);
  }

  forget(owner: Uint8Array): void {
    this.#forget.run(owner);
  }

  /** Forgets that of the identity that loses its name to another. */
  forgetBefore({ form, owner }: OwnedName): void {
    this.#forgetBefore.run(form, owner);
  }
}
