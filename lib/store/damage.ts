import type { Database } from "./database.ts";

/** Reads all of a file; what is wrong with it, or `undefined` when it is sound. */
export function damageOf(db: Database): string | undefined {
  const found = db.query<{ readonly quick_check: string }>(
    "PRAGMA quick_check(1)",
  ).get()?.quick_check;
  return found === "ok" ? undefined : String(found);
}
