import { ChatError } from "../errors.ts";
import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import type { Page, PageLimits, StoredEntry } from "../room/history.ts";
import { collect, pageLimit, pageOf, ROWS_AT_ONCE } from "./page.ts";

interface Reach {
  readonly firstSeq: number;
  readonly seq: number;
}

/** The logs of all rooms, read. */
export class EntryTable {
  readonly #forward: Query<StoredEntry>;
  readonly #backward: Query<StoredEntry>;
  readonly #reach: Query<Reach>;
  readonly #at: Query<{ readonly at: number }>;

  constructor(db: Database) {
    const select = `SELECT id & 0xffffffffff AS seq, at, payload FROM entry
      WHERE id BETWEEN ${entryId(1, 2)} AND ${entryId(1, 3)}`;
    this.#at = db.query(`SELECT at FROM entry WHERE id = ${entryId(1, 2)}`);
    const limit = `LIMIT ${ROWS_AT_ONCE}`;
    this.#forward = db.query(`${select} ORDER BY id ${limit}`);
    this.#backward = db.query(`${select} ORDER BY id DESC ${limit}`);
    this.#reach = db.query(
      "SELECT first_seq AS firstSeq, seq FROM room WHERE number = ?",
    );
  }

  /** See `HistoryReader.read`. */
  read(room: number, options: PageLimits & { readonly after: number }): Page {
    return pageOf(...this.#after(room, options.after, options));
  }

  /** See `HistoryReader.readBefore`. */
  readBefore(
    room: number,
    options: PageLimits & { readonly before?: number } = {},
  ): Page {
    const { firstSeq, seq } = this.#reachOf(room);
    const wanted = Math.min(options.before ?? Infinity, seq + 1);
    const end = Math.max(wanted, firstSeq);
    const entries = collect(
      (last) => this.#backward.all(room, firstSeq, (last?.seq ?? end) - 1),
      pageLimit(options),
    );
    if (end > firstSeq && entries.length === 0) throw missing(room, end - 1);
    checkComplete(room, entries, { first: end - 1, step: -1 });
    return pageOf(end - entries.length, entries.toReversed());
  }

  /** See `HistoryReader.timeOf`. */
  timeOf(room: number, seq: number): number | undefined {
    const { firstSeq, seq: last } = this.#reachOf(room);
    if (seq < firstSeq || seq > last) return undefined;
    const entry = this.#at.get(room, seq);
    if (entry === undefined) throw missing(room, seq);
    return entry.at;
  }

  /** See `HistoryReader.entries`. */
  *entries(room: number): Generator<StoredEntry, void, void> {
    for (let after = 0;;) {
      const [first, entries] = this.#after(room, after, {});
      if (entries.length === 0) return;
      yield* entries;
      after = first + entries.length - 1;
    }
  }

  /** The entries after one, and the number of the first. */
  #after(
    room: number,
    after: number,
    limits: PageLimits,
  ): readonly [number, readonly StoredEntry[]] {
    const { firstSeq, seq } = this.#reachOf(room);
    const first = Math.max(after + 1, firstSeq);
    const entries = collect(
      (last) => this.#forward.all(room, last ? last.seq + 1 : first, seq),
      pageLimit(limits),
    );
    if (first <= seq && entries.length === 0) throw missing(room, first);
    checkComplete(room, entries, { first, step: 1 });
    return [first, entries];
  }

  #reachOf(room: number): Reach {
    return this.#reach.get(room) ?? { firstSeq: 1, seq: 0 };
  }
}

/** Checks that entries follow one another from `first` on, or backward. */
function checkComplete(
  room: number,
  entries: readonly StoredEntry[],
  { first, step }: { readonly first: number; readonly step: 1 | -1 },
): void {
  for (const [i, { seq }] of entries.entries()) {
    const expected = first + i * step;
    if (seq !== expected) throw missing(room, expected);
  }
}

/** Nothing but damage can make it so, and nobody must be given a gap. */
function missing(room: number, seq: number): ChatError {
  return new ChatError(
    "CHAT_STORE_DAMAGED",
    `Cannot read the history: entry ${seq} of room ${room} is missing`,
  );
}
