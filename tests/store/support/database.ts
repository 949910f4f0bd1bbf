import { DatabaseSync } from "node:sqlite";

/** Opens a file as any program could, for tests that look or tamper. */
export function raw(path: string): DatabaseSync {
  return new DatabaseSync(path);
}

/** The first column of the only row. */
export function value(db: DatabaseSync, sql: string): unknown {
  return Object.values(db.prepare(sql).get() ?? {})[0];
}

/** Fails unless SQLite finds a file and its index of words sound. */
export function assertSound(path: string): void {
  using db = raw(path);
  const found = value(db, "PRAGMA integrity_check");
  if (found !== "ok") throw new Error(`${path}: ${found}`);
  db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
}
