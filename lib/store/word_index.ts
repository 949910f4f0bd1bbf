import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import type { NewEntry } from "../room/history.ts";

/** Texts that are indexed at once: a few milliseconds. */
const STEP = 128;
/** Pages of the index that are merged at once: a few milliseconds. */
const MERGE = 16;
/** Texts that may wait; when there are more, appending indexes some. */
const MAX_WAITING = 512;
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
  readonly #forgetWaiting: Query<never>;
  readonly #forget: Query<never>;
  readonly #merge: Query<never>;
  readonly #changes: Query<{ readonly total: number }>;
  /** Whether there was nothing to merge when last tried. */
  #merged = false;
  readonly #count: Query<{ readonly count: number }>;
  /** How many wait; too high after a failed append. To be counted if unknown. */
  #known: number | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#wait = db.query(
      `INSERT INTO unindexed (entry, text) VALUES (${entryId(1, 2)}, ?3)`,
    );
    const some = `FROM unindexed
      WHERE entry BETWEEN ?1 << 40 AND (?2 << 40) + 0xffffffffff
      ORDER BY entry LIMIT ?3`;
    this.#index = db.query(
      `INSERT INTO words (rowid, text, block) SELECT entry, text, entry >> 13 ${some}`,
    );
    this.#unwait = db.query(
      `DELETE FROM unindexed WHERE entry IN (SELECT entry ${some})`,
    );
    const between = `BETWEEN ${entryId(1, 2)} AND ${entryId(1, 3)}`;
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
    this.#count = db.query("SELECT count(*) AS count FROM unindexed");
  }

  /** Takes the text of an entry, within the transaction that stores it. */
  add({ room, seq, text }: NewEntry): void {
    if (text === undefined) return;
    this.#wait.run(room, seq, text);
    if (this.#known !== undefined) this.#known++;
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
    this.#known = undefined;
    this.#forgetWaiting.run(room, first, last);
    this.#forget.run(room, first, last);
    this.#merged = false;
  }

  /** Indexes what waits of a room, so that a search finds all of it. */
  catchUp(room: number): void {
    const count = this.#waiting;
    if (count === 0) return;
    const only = { from: room, to: room };
    this.#db.transaction(() => this.#indexSome(count, only));
  }

  #indexSome(count: number, { from, to } = { from: 0, to: MAX_ROOM }): void {
    this.#merged = false;
    this.#known = undefined;
    this.#index.run(from, to, count);
    this.#unwait.run(from, to, count);
  }

  get #waiting(): number {
    return this.#known ??= this.#count.get()?.count ?? 0;
  }

  get #total(): number {
    return this.#changes.get()?.total ?? 0;
  }
}
