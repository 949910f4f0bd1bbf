import { createPrivate } from "./private_file.ts";

/**
 * Puts a database that is of no use aside, with its write-ahead log, and makes an
 * empty one in its place.
 *
 * @param why Which says so in its new name.
 * @returns Where it is now.
 */
export function putAside(
  file: string,
  why: "damaged" | "foreign" = "damaged",
): string {
  const aside = `${file}.${why}-${Date.now()}`;
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
