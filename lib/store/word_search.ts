import { ChatError } from "../errors.ts";
import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import {
  MAX_HITS,
  type RoomRecord,
  type SearchResult,
  type StoredEntry,
} from "../room/history.ts";
import { collect, pageLimit, ROWS_AT_ONCE } from "./page.ts";
import type { WordIndex } from "./word_index.ts";
import { wordsOf } from "./words.ts";

/** Entries of a block: those whose ids are alike but for 13 bits. */
const BLOCK = 2 ** 13;
/** Blocks of a room. */
const BLOCKS = 2 ** 40 / BLOCK;
/** Time after which a search leaves the rest, in milliseconds. */
const SEARCH_MS = 10;

/**
 * Finds words. FTS5 looks for the first entry that has all of them as far as it
 * must, through everything ever said, so it is asked for one block after another,
 * and there is time to stop in between.
 */
export class WordSearch {
  readonly #index: WordIndex;
  readonly #search: Query<StoredEntry>;
  readonly #maxMs: number;

  /** @param options `maxMs` lowers the time of a search, for tests. */
  constructor(
    db: Database,
    index: WordIndex,
    options: { readonly maxMs?: number } = {},
  ) {
    this.#index = index;
    this.#maxMs = Math.min(options.maxMs ?? SEARCH_MS, SEARCH_MS);
    this.#search = db.query(
      `SELECT id & 0xffffffffff AS seq, at, payload
       FROM words JOIN entry ON entry.id = words.rowid
       WHERE words.rowid BETWEEN ${entryId(1, 2)} AND ${entryId(1, 3)}
         AND words MATCH ?4
       ORDER BY words.rowid DESC LIMIT ${ROWS_AT_ONCE}`,
    );
  }

  /** See `History.search`. */
  search(
    room: RoomRecord,
    search: string,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): SearchResult {
    const words = wordsOf(search);
    if (words.length === 0) return { hits: [], rest: undefined };
    const until = performance.now() + this.#maxMs;
    this.#catchUp(room.number);
    const fits = pageLimit({
      limit: Math.min(options.limit ?? MAX_HITS, MAX_HITS),
    });
    const hits: StoredEntry[] = [];
    let end = Math.min(options.before ?? Infinity, room.seq + 1);
    for (let full = false; end > room.firstSeq && !full;) {
      const start = Math.floor((end - 1) / BLOCK) * BLOCK;
      const match = matchOf(words, room.number * BLOCKS + start / BLOCK);
      const find = (last: StoredEntry | undefined): readonly StoredEntry[] =>
        this.#search.all(room.number, start, (last?.seq ?? end) - 1, match);
      hits.push(...collect(find, (entry) => !(full = !fits(entry))));
      end = full ? hits.at(-1)?.seq ?? end : start;
      if (performance.now() >= until) break;
    }
    return { hits, rest: end > room.firstSeq ? end : undefined };
  }

  #catchUp(room: number): void {
    try {
      this.#index.catchUp(room);
    } catch (error) {
      // On a full disk, what waits to be indexed is not found; the rest is.
      const full = error instanceof ChatError &&
        error.code === "CHAT_STORE_FULL";
      if (!full) throw error;
    }
  }
}

/** A query of FTS5 for entries of a block that have all of the words. */
function matchOf(words: readonly string[], block: number): string {
  return [`block:"${block}"`, ...words.map((word) => `text:"${word}"`)]
    .join(" ");
}
