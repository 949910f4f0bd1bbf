import { createPrivate } from "./private_file.ts";

/**
 * Puts a damaged database aside, with its write-ahead log, and makes an empty one
 * in its place.
 *
 * @returns Where it is now.
 */
export function putAside(file: string): string {
  const aside = `${file}.damaged-${Date.now()}`;
  for (const suffix of ["-wal", ""]) { // the database last: it counts
    try {
      Deno.renameSync(file + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  createPrivate(file);
  return aside;
}
