import { MAX_ADDRESSES } from "../room/registry.ts";
import type { Database, Query } from "./database.ts";

/** Where the server was to be reached when it last said so. */
export class AddressTable {
  readonly #all: Query<{ readonly address: string }>;
  readonly #clear: Query<never>;
  readonly #insert: Query<never>;

  constructor(db: Database) {
    this.#all = db.query("SELECT address FROM address ORDER BY rank");
    this.#clear = db.query("DELETE FROM address");
    this.#insert = db.query("INSERT INTO address (address) VALUES (?)");
  }

  /** See `RegistryReader.addresses`. */
  all(): readonly string[] {
    return this.#all.all().map(({ address }) => address);
  }

  /** See `History.saveAddresses`; within a transaction. */
  replace(addresses: readonly string[]): void {
    this.#clear.run();
    for (const address of addresses.slice(0, MAX_ADDRESSES)) {
      this.#insert.run(address);
    }
  }
}
