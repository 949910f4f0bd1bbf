import { concat } from "../bytes.ts";
import type { Query } from "./database.ts";
import {
  MAX_PAGE_BYTES,
  MAX_PAGE_ENTRIES,
  type Page,
  type PageLimits,
  type StoredEntry,
} from "./history.ts";

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

/** Rows as long as they fit. */
export function collect(
  query: Query<StoredEntry>,
  values: readonly (number | string)[],
  fits: Fits,
): StoredEntry[] {
  const rows: StoredEntry[] = [];
  query.each(values, (row) => {
    if (!fits(row)) return false;
    rows.push(row);
    return true;
  });
  return rows;
}

/** A page of entries that follow one another from `first` on. */
export function pageOf(first: number, entries: readonly StoredEntry[]): Page {
  return {
    first,
    last: first + entries.length - 1,
    bytes: concat(...entries.map(({ payload }) => payload)),
  };
}
