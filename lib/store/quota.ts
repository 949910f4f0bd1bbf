import { ChatError } from "../errors.ts";
import type { Database, Query } from "./database.ts";

/** Kept free by entries, for all that is small, removes or indexes them. */
const RESERVE_BYTES = 1024 * 1024;
/** Kept free by what is small, for what removes entries and indexes words. */
const LAST_BYTES = RESERVE_BYTES / 2;

/** The least quota that leaves space for anything, in bytes. */
export const MIN_QUOTA_BYTES = 4 * RESERVE_BYTES;

/** How much of the disk a history takes, and may take. */
export class Quota {
  readonly #pageBytes: number;
  readonly #pages: Query<{ readonly page_count: number }>;
  readonly #unused: Query<{ readonly freelist_count: number }>;
  readonly #maxBytes: number;

  /**
   * @param maxBytes Bounds the file, not its write-ahead log, which grows to a
   * few MiB beside it.
   * @throws {RangeError} when it is below {@linkcode MIN_QUOTA_BYTES}.
   */
  constructor(db: Database, maxBytes = Infinity) {
    if (!(maxBytes >= MIN_QUOTA_BYTES)) {
      throw new RangeError(
        `Cannot keep a history in ${maxBytes} bytes: the least is ${MIN_QUOTA_BYTES}`,
      );
    }
    this.#maxBytes = maxBytes;
    this.#pageBytes = db.pragma("page_size");
    this.#pages = db.query("PRAGMA page_count");
    this.#unused = db.query("PRAGMA freelist_count");
    if (maxBytes !== Infinity) {
      const pages = Math.floor(maxBytes / this.#pageBytes);
      db.query(`PRAGMA max_page_count = ${pages}`).get();
    }
  }

  /** Bytes of the file that are in use. */
  get usedBytes(): number {
    return (this.#pageCount - this.#unusedPages) * this.#pageBytes;
  }

  /** Pages that wait to be reused, and how many there are in all. */
  get pages(): { readonly unused: number; readonly all: number } {
    return { unused: this.#unusedPages, all: this.#pageCount };
  }

  /**
   * Before `bytes` of entries are stored.
   *
   * @throws {ChatError} `CHAT_STORE_FULL` when they are too many.
   */
  check(bytes: number): void {
    this.#keepFree(RESERVE_BYTES + bytes);
  }

  /**
   * Before something small is stored, which may use a part of the reserve.
   *
   * @throws {ChatError} `CHAT_STORE_FULL` when that is used up too.
   */
  checkSmall(): void {
    this.#keepFree(LAST_BYTES);
  }

  #keepFree(bytes: number): void {
    if (this.#maxBytes === Infinity) return;
    if (this.usedBytes <= this.#maxBytes - bytes) return;
    throw new ChatError(
      "CHAT_STORE_FULL",
      `Cannot append to the history: its quota of ${this.#maxBytes} bytes is used up`,
    );
  }

  get #pageCount(): number {
    return this.#pages.get()?.page_count ?? 0;
  }

  get #unusedPages(): number {
    return this.#unused.get()?.freelist_count ?? 0;
  }
}
