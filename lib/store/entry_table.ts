import type { Database, Query } from "./database.ts";
import type { Page, PageLimits, StoredEntry } from "./history.ts";
import { collect, pageLimit, pageOf } from "./page.ts";

interface Reach {
  readonly firstSeq: number;
  readonly seq: number;
}

/** The logs of all rooms, read. */
export class EntryTable {
  readonly #forward: Query<StoredEntry>;
  readonly #backward: Query<StoredEntry>;
  readonly #reach: Query<Reach>;

  constructor(db: Database) {
    const select = `SELECT id & 0xffffffffff AS seq, at, payload FROM entry
      WHERE id BETWEEN (?1 << 40) + ?2 AND (?1 << 40) + ?3 ORDER BY id`;
    this.#forward = db.query(select);
    this.#backward = db.query(`${select} DESC`);
    this.#reach = db.query(
      "SELECT first_seq AS firstSeq, seq FROM room WHERE number = ?",
    );
  }

  /** See `HistoryReader.read`. */
  read(room: number, options: PageLimits & { readonly after: number }): Page {
    const { firstSeq, seq } = this.#reachOf(room);
    const first = Math.max(options.after + 1, firstSeq);
    const values = [room, first, seq];
    return pageOf(first, collect(this.#forward, values, pageLimit(options)));
  }

  /** See `HistoryReader.readBefore`. */
  readBefore(
    room: number,
    options: PageLimits & { readonly before?: number } = {},
  ): Page {
    const { firstSeq, seq } = this.#reachOf(room);
    const end = Math.max(
      Math.min(options.before ?? Infinity, seq + 1),
      firstSeq,
    );
    const values = [room, firstSeq, end - 1];
    const entries = collect(this.#backward, values, pageLimit(options));
    return pageOf(end - entries.length, entries.toReversed());
  }

  /** See `HistoryReader.entries`. */
  *entries(room: number): Generator<StoredEntry, void, void> {
    for (let after = 0;;) {
      const { seq } = this.#reachOf(room);
      const values = [room, after + 1, seq];
      const entries = collect(this.#forward, values, pageLimit());
      yield* entries;
      const last = entries.at(-1);
      if (last === undefined) return;
      after = last.seq;
    }
  }

  #reachOf(room: number): Reach {
    return this.#reach.get(room) ?? { firstSeq: 1, seq: 0 };
  }
}
