import { ChatError } from "../errors.ts";
import type { Database, Query } from "./database.ts";
import {
  MAX_HITS,
  type NewEntry,
  type RoomRecord,
  type SearchResult,
  type StoredEntry,
} from "./history.ts";
import { matchOf } from "./words.ts";
import { collect, pageLimit, ROWS_AT_ONCE } from "./page.ts";

/** Texts that are indexed at once: a few milliseconds. */
const STEP = 128;
/** Pages of the index that are merged at once: a few milliseconds. */
const MERGE = 16;
/** Texts that may wait; when there are more, appending indexes some. */
const MAX_WAITING = 512;
/** Entries that one query searches. */
const SEARCH_SPAN = 4_096;
/** Time after which a search leaves the rest, in milliseconds. */
const SEARCH_MS = 10;
/** Largest number of a room. */
const MAX_ROOM = 2 ** 23 - 1;

/**
 * Which words are in which entries. To index a text costs more than to store it,
 * so an append leaves it beside the index, and it is indexed when there is time,
 * at the latest when somebody searches or too many wait. Each time makes a new
 * part of the index; these are merged when there is time as well.
 */
export class WordIndex {
  readonly #db: Database;
  readonly #wait: Query<never>;
  readonly #index: Query<never>;
  readonly #unwait: Query<never>;
  readonly #search: Query<StoredEntry>;
  readonly #forgetWaiting: Query<never>;
  readonly #forget: Query<never>;
  readonly #merge: Query<never>;
  readonly #changes: Query<{ readonly total: number }>;
  /** Whether there was nothing to merge when last tried. */
  #merged = false;
  /** How many wait; may be too high, until all are indexed. */
  #waiting: number;

  constructor(db: Database) {
    this.#db = db;
    this.#wait = db.query(
      "INSERT INTO unindexed (entry, text) VALUES ((?1 << 40) + ?2, ?3)",
    );
    const some = `FROM unindexed
      WHERE entry BETWEEN ?1 << 40 AND (?2 << 40) + 0xffffffffff
      ORDER BY entry LIMIT ?3`;
    this.#index = db.query(
      `INSERT INTO words (rowid, text) SELECT entry, text ${some}`,
    );
    this.#unwait = db.query(
      `DELETE FROM unindexed WHERE entry IN (SELECT entry ${some})`,
    );
    const between = "BETWEEN (?1 << 40) + ?2 AND (?1 << 40) + ?3";
    this.#search = db.query(
      `SELECT id & 0xffffffffff AS seq, at, payload
       FROM words JOIN entry ON entry.id = words.rowid
       WHERE words.rowid ${between} AND words MATCH ?4
       ORDER BY words.rowid DESC LIMIT ${ROWS_AT_ONCE}`,
    );
    this.#forgetWaiting = db.query(
      `DELETE FROM unindexed WHERE entry ${between}`,
    );
    // One by one: asked for a range, FTS5 would look at all rows there are.
    this.#forget = db.query(
      `DELETE FROM words WHERE rowid IN (SELECT id FROM entry WHERE id ${between})`,
    );
    this.#merge = db.query(
      "INSERT INTO words (words, rank) VALUES ('merge', ?)",
    );
    this.#changes = db.query("SELECT total_changes() AS total");
    const waiting = db.query<{ readonly count: number }>(
      "SELECT count(*) AS count FROM unindexed",
    );
    this.#waiting = waiting.get()?.count ?? 0;
  }

  /** Takes the text of an entry, within the transaction that stores it. */
  add({ room, seq, text }: NewEntry): void {
    if (text === undefined) return;
    this.#wait.run(room, seq, text);
    this.#waiting++;
  }

  /** Indexes some texts when too many wait, within a transaction. */
  keepUp(added: number): void {
    if (this.#waiting <= MAX_WAITING) return;
    this.#indexSome(Math.max(STEP, added));
    this.merge(2 * MERGE); // what that much makes necessary on average
  }

  /** See `History.index`. */
  step(): boolean {
    if (this.#waiting === 0) return this.merge();
    this.#db.transaction(() => this.#indexSome(STEP));
    return true;
  }

  /**
   * Merges some pages of the index, which also removes what was removed.
   *
   * @returns Whether there is more to merge.
   */
  merge(pages = MERGE): boolean {
    if (this.#merged) return false;
    const before = this.#total;
    this.#merge.run(pages);
    this.#merged = this.#total - before < 2; // as FTS5 documents it
    return !this.#merged;
  }

  /** Removes entries of a room, just before they are removed themselves. */
  remove(room: number, first: number, last: number): void {
    this.#forgetWaiting.run(room, first, last);
    this.#forget.run(room, first, last);
    this.#merged = false;
  }

  /** See `History.search`. */
  search(
    room: RoomRecord,
    words: string,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): SearchResult {
    const match = matchOf(words);
    if (match === undefined) return { hits: [], rest: undefined };
    this.#catchUp(room.number);
    const limit = Math.min(options.limit ?? MAX_HITS, MAX_HITS);
    let full = false;
    const fits = pageLimit({ limit });
    const until = performance.now() + SEARCH_MS;
    const hits: StoredEntry[] = [];
    let end = Math.min(options.before ?? Infinity, room.seq + 1);
    while (end > room.firstSeq && !full) {
      const start = Math.max(end - SEARCH_SPAN, room.firstSeq);
      const before = end;
      const found = collect(
        (last) => {
          const newest = (last?.seq ?? before) - 1;
          return this.#search.all(room.number, start, newest, match);
        },
        (entry) => !(full = !fits(entry)),
      );
      hits.push(...found);
      end = full ? hits.at(-1)?.seq ?? end : start;
      if (performance.now() >= until) break;
    }
    return { hits, rest: end > room.firstSeq ? end : undefined };
  }

  /** Indexes what waits of a room, so that a search finds all of it. */
  #catchUp(room: number): void {
    if (this.#waiting === 0) return;
    try {
      this.#db.transaction(() =>
        this.#indexSome(this.#waiting, { from: room, to: room })
      );
    } catch (error) {
      // On a full disk the newest are not found, and all others are.
      const full = error instanceof ChatError &&
        error.code === "CHAT_STORE_FULL";
      if (!full) throw error;
    }
  }

  #indexSome(count: number, { from, to } = { from: 0, to: MAX_ROOM }): void {
    this.#merged = false;
    this.#index.run(from, to, count);
    const indexed = this.#unwait.run(from, to, count);
    const all = from === 0 && to === MAX_ROOM && indexed < count;
    this.#waiting = all ? 0 : Math.max(0, this.#waiting - indexed);
  }

  get #total(): number {
    return this.#changes.get()?.total ?? 0;
  }
}
