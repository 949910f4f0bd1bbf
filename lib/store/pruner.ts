import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import type { Retention } from "../room/history.ts";
import type { Quota } from "./quota.ts";
import { SenderRound } from "./sender_round.ts";
import type { WordIndex } from "./word_index.ts";

/** Time one call may take before its commit, in milliseconds. */
const PRUNE_MS = 8;
/** Entries that are removed between two looks at the clock. */
const AT_ONCE = 64;
/** Pages of the index of words that are merged between two looks. */
const MERGE_PAGES = 8;
/** Unused pages that a file may keep, and the part of it, to be reused. */
const SPARE_PAGES = 1_024;
const SPARE_PART = 1 / 4;

/** Entries of one room that may go: from its first on. */
interface Cut {
  readonly room: number;
  readonly first: number;
  readonly last: number;
}

interface Oldest {
  readonly room: number;
  readonly first: number;
  readonly at: number;
}

/** Removes what retention does not ask to keep, a little at a time. */
export class Pruner {
  readonly #db: Database;
  readonly #quota: Quota;
  readonly #words: WordIndex;
  readonly #senders: SenderRound;
  readonly #oldest: Query<Oldest>;
  readonly #longest: Query<Cut>;
  readonly #kept: Query<{ readonly seq: number }>;
  readonly #delete: Query<never>;
  readonly #advance: Query<never>;
  readonly #shrink: Query<never>;

  constructor(
    db: Database,
    parts: { readonly quota: Quota; readonly words: WordIndex },
  ) {
    this.#db = db;
    this.#quota = parts.quota;
    this.#words = parts.words;
    this.#senders = new SenderRound(db);
    this.#oldest = db.query(
      `SELECT number AS room, first_seq AS first, first_at AS at FROM room
       WHERE first_at IS NOT NULL ORDER BY first_at LIMIT 2`,
    );
    this.#longest = db.query(
      `SELECT number AS room, first_seq AS first, seq - ?1 AS last FROM room
       WHERE seq - first_seq >= ?1 LIMIT 1`,
    );
    const between = `BETWEEN ${entryId(1, 2)} AND ${entryId(1, 3)}`;
    this.#kept = db.query(
      `SELECT id & 0xffffffffff AS seq FROM entry
       WHERE id ${between} AND at >= ?4 ORDER BY id LIMIT 1`,
    );
    this.#delete = db.query(`DELETE FROM entry WHERE id ${between}`);
    this.#advance = db.query(
      `UPDATE room SET first_seq = ?2 + 1, first_at =
         (SELECT at FROM entry WHERE id = ${entryId(1, 2)} + 1)
       WHERE number = ?1`,
    );
    this.#shrink = db.query("PRAGMA incremental_vacuum(64)");
  }

  /** See `History.prune`. */
  prune(retention: Retention): boolean {
    const until = performance.now() + PRUNE_MS;
    const { sendersIdleSince = -Infinity } = retention;
    return this.#db.transaction(() => {
      while (performance.now() < until) {
        if (this.#removeSome(retention)) continue;
        return this.#senders.step(sendersIdleSince, until) ||
          this.#words.merge(MERGE_PAGES) || this.#giveBack();
      }
      return true;
    });
  }

  /** Applies the first rule that something breaks. */
  #removeSome({ olderThan, keepLast, maxBytes }: Retention): boolean {
    const [oldest, second] = this.#oldest.all();
    if (oldest === undefined) return false;
    if (olderThan !== undefined && oldest.at < olderThan) {
      return this.#remove(this.#olderThan(olderThan, oldest));
    }
    if (keepLast !== undefined) {
      const cut = this.#longest.get(keepLast);
      if (cut !== undefined) return this.#remove(cut);
    }
    if (maxBytes === undefined || this.#quota.usedBytes <= maxBytes) {
      return false;
    }
    // What was removed before takes space until the index is merged.
    if (this.#words.merge(MERGE_PAGES)) return true;
    return this.#remove(this.#olderThan((second?.at ?? Infinity) + 1, oldest));
  }

  /** The oldest of a room up to the first that is not older than `time`. */
  #olderThan(time: number, { room, first }: Oldest): Cut {
    const last = first + AT_ONCE - 1;
    const kept = this.#kept.get(room, first, last, time);
    return { room, first, last: kept === undefined ? last : kept.seq - 1 };
  }

  #remove({ room, first, last: wanted }: Cut): true {
    const last = Math.min(wanted, first + AT_ONCE - 1);
    this.#words.remove(room, first, last);
    const removed = this.#delete.run(room, first, last);
    this.#advance.run(room, first + removed - 1);
    return true;
  }

  /** Gives the disk back some of what is unused, when that is much. */
  #giveBack(): boolean {
    const { unused, all } = this.#quota.pages;
    if (unused <= Math.max(SPARE_PAGES, all * SPARE_PART)) return false;
    this.#shrink.all();
    return true;
  }
}
