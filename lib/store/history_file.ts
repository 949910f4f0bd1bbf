import { historyFile } from "./data_directory.ts";
import { Database } from "./database.ts";
import { migrate, requireNewest, schemaVersion } from "./migrations.ts";
import { asFileError } from "./store_error.ts";

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

/**
 * Makes the file of a history one of the newest version, and the connection one
 * that writes it durably.
 *
 * @throws {ChatError} As `openHistory`.
 */
export function prepareFile(db: Database): void {
  // Refuses what is not ours before it is touched.
  if (schemaVersion(db) === 0) {
    db.query("PRAGMA auto_vacuum = INCREMENTAL").all(); // before anything else
  }
  applySettings(db);
  migrate(db);
}

/**
 * Opens the history of a data directory for reading only.
 *
 * @throws {ChatError} As `readHistory`.
 */
export function readDatabase(directory: string): Database {
  return openExisting(directory, { readOnly: true });
}

/**
 * Opens the history of a data directory for writing beside the server that may
 * use it: not its logs, but what each of them looks up anew.
 *
 * @throws {ChatError} As `openInvitations`.
 */
export function writeDatabase(directory: string): Database {
  using resources = new DisposableStack();
  const db = resources.use(openExisting(directory, { readOnly: false }));
  applySettings(db);
  resources.move();
  return db;
}

/** Opens a file that exists and is of the newest version. */
function openExisting(
  directory: string,
  options: { readonly readOnly: boolean },
): Database {
  const path = historyFile(directory);
  try {
    Deno.statSync(path);
  } catch (error) {
    throw asFileError("open", path, error);
  }
  using resources = new DisposableStack();
  const db = resources.use(new Database(path, options));
  requireNewest(db);
  resources.move();
  return db;
}

function applySettings(db: Database): void {
  for (const setting of SETTINGS) db.query(`PRAGMA ${setting}`).all();
}
