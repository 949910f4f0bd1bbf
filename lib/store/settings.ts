import type { Database } from "./database.ts";

/** How this program wants SQLite to treat the file it writes. */
const SETTINGS = [
  "journal_mode = WAL",
  // What is committed is on the disk, not just on its way, also on macOS.
  "synchronous = FULL",
  "fullfsync = ON",
  "checkpoint_fullfsync = ON",
  "foreign_keys = ON",
  // What retention removes is overwritten, not just no longer shown.
  "secure_delete = ON",
  // A write-ahead log that a slow reader has made long shrinks again.
  "journal_size_limit = 16777216",
  "cache_size = -16384",
  "temp_store = MEMORY",
  "trusted_schema = OFF",
  "cell_size_check = ON",
] as const;

/** Makes a connection one that writes its file durably. */
export function applySettings(db: Database): void {
  for (const setting of SETTINGS) db.query(`PRAGMA ${setting}`).all();
}
