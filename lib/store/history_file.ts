import { historyFile } from "./data_directory.ts";
import { Database } from "./database.ts";
import { HISTORY_SCHEMA } from "./migrations.ts";
import { migrate, requireNewest, schemaVersion } from "./schema.ts";
import { applySettings } from "./settings.ts";
import { asFileError } from "./store_error.ts";

/**
 * Makes the file of a history one of the newest version, and the connection one
 * that writes it durably.
 *
 * @throws {ChatError} As `openHistory`.
 */
export function prepareFile(db: Database): void {
  // Refuses what is not ours before it is touched.
  if (schemaVersion(db, HISTORY_SCHEMA) === 0) {
    db.query("PRAGMA auto_vacuum = INCREMENTAL").all(); // before anything else
  }
  applySettings(db);
  migrate(db, HISTORY_SCHEMA);
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
    throw asFileError(error, { verb: "open", path });
  }
  using resources = new DisposableStack();
  const db = resources.use(new Database(path, options));
  requireNewest(db, HISTORY_SCHEMA);
  resources.move();
  return db;
}
