import { backup } from "node:sqlite";
import { ChatError } from "../errors.ts";
import { damageOf } from "./damage.ts";
import { Database } from "./database.ts";
import { readDatabase } from "./history_file.ts";
import { asFileError, asStoreError } from "./store_error.ts";

/**
 * Copies the history of a data directory, as it is at this moment, to a new file
 * of mode 0600, which appears whole or not at all. A server may go on writing
 * meanwhile; it need not run. To restore it, put it in the place of the
 * history's file while no server runs.
 *
 * Deno copies synchronously, so call it in a process that has nothing else to do.
 *
 * @throws {ChatError} `CHAT_FILE` when `file` exists or cannot be written,
 * `CHAT_STORE_FULL`, `CHAT_STORE_DAMAGED` when the history is, and as
 * `readHistory`.
 */
export async function backupHistory(
  directory: string,
  file: string,
): Promise<void> {
  using db = readDatabase(directory);
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  using cleanup = new DisposableStack();
  try {
    const options = { write: true, createNew: true, mode: 0o600 };
    Deno.openSync(temporary, options).close();
    cleanup.defer(() => removeDatabase(temporary));
    // All pages in one step: a change between two would start it all over.
    await backup(db.connection, temporary, { rate: -1 });
    checkDatabase(temporary);
    Deno.linkSync(temporary, file); // unlike rename, never replaces
  } catch (error) {
    throw asFileError(asStoreError(error), { verb: "write", path: file });
  }
}

/** Reads all of a file, as far as needed to know that it is sound. */
function checkDatabase(path: string): void {
  using db = new Database(path);
  const found = damageOf(db);
  if (found === undefined) return;
  throw new ChatError(
    "CHAT_STORE_DAMAGED",
    `Cannot back up the history: its file is damaged (${found})`,
  );
}

/** Removes a file and what SQLite may have put beside it. */
function removeDatabase(path: string): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
