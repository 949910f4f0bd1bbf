import { concat } from "../bytes.ts";
import {
  MAX_PAGE_BYTES,
  MAX_PAGE_ENTRIES,
  type Page,
  type PageLimits,
  type StoredEntry,
} from "../room/history.ts";

/** Whether one more entry fits, asked for each in turn. */
export type Fits = (entry: StoredEntry) => boolean;

/** Counts entries and bytes against the limits; the first one always fits. */
export function pageLimit(limits: PageLimits = {}): Fits {
  const limit = Math.min(limits.limit ?? Infinity, MAX_PAGE_ENTRIES);
  const maxBytes = Math.min(limits.maxBytes ?? Infinity, MAX_PAGE_BYTES);
  let entries = 0;
  let bytes = 0;
  return ({ payload }) => {
    entries++;
    bytes += payload.length;
    return entries === 1 || (entries <= limit && bytes <= maxBytes);
  };
}

/** Rows that a query for {@linkcode collect} yields at most: a megabyte. */
export const ROWS_AT_ONCE = 16;

/**
 * Entries as long as they fit, in the order of a query that yields a few.
 *
 * @param next Runs the query for those that follow an entry, or for the first.
 */
export function collect(
  next: (last: StoredEntry | undefined) => readonly StoredEntry[],
  fits: Fits,
): StoredEntry[] {
  const entries: StoredEntry[] = [];
  for (;;) {
    const some = next(entries.at(-1));
    for (const entry of some) {
      if (!fits(entry)) return entries;
      entries.push(entry);
    }
    if (some.length < ROWS_AT_ONCE) return entries;
  }
}

/** A page of entries that follow one another from `first` on. */
export function pageOf(first: number, entries: readonly StoredEntry[]): Page {
  return {
    first,
    last: first + entries.length - 1,
    bytes: concat(...entries.map(({ payload }) => payload)),
  };
}
