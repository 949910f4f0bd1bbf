import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { SealedDatabase } from "../member/sealed_database.ts";
import { Database } from "./database.ts";
import { openSealedFile, ownerOf } from "./open_sealed_database.ts";
import { SealedFolder } from "./sealed_folder.ts";
import { SqliteSealedDatabase } from "./sqlite_sealed_database.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/** Whose database it was, and whose it is to be. */
export interface Bequest {
  /** What only the keys of its owner make, and what those of the heir do. */
  readonly owner: Bytes;
  readonly heir: Bytes;
  /** Does what comes before: once, or again after a crash. */
  readonly prepare: () => void;
  /** Seals all that is there for the heir, with one change to the file. */
  readonly carry: (database: SealedDatabase) => void;
}

/**
 * Gives what a device keeps of its sealed rooms to the next key of its owner, all
 * of it or nothing; only the states of groups are of no use to another key, and go
 * first. After a crash in between, it is done again from where it was. A file that
 * is not of that owner, or damaged, stays as it is; one of the heir is done with.
 *
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process is at it, and what
 * `openSealedDatabase` throws.
 */
export function bequeathSealed(directory: string, bequest: Bequest): void {
  try {
    if (!exists(directory) || isOf(bequest.heir, directory)) return;
    using folder = SealedFolder.take(directory);
    using db = openSound(folder.file);
    const owner = db && ownerOf(db);
    if (owner && equalBytes(owner, bequest.heir)) return; // meanwhile
    bequest.prepare();
    if (!db || !owner || !equalBytes(owner, bequest.owner)) return;
    folder.dropStates();
    const database = new SqliteSealedDatabase(db, folder);
    database.transaction(() => {
      bequest.carry(database);
      db.query("UPDATE owner SET mark = ?").run(bequest.heir);
    });
  } catch (error) {
    const how = { verb: "open", path: directory, subject: DEVICE };
    throw asFileError(error, how);
  }
}

/** Looks without a lock: another process of the heir may have all of it open. */
function isOf(heir: Bytes, directory: string): boolean {
  const file = `${directory}/sealed.db`;
  if (!exists(file)) return false;
  const found = unlessDamaged(() => {
    using db = new Database(file, { readOnly: true, subject: DEVICE });
    const table = db.query("SELECT 1 FROM sqlite_schema WHERE name = 'owner'");
    return table.get() === undefined ? undefined : ownerOf(db);
  });
  return found !== undefined && equalBytes(found, heir);
}

/** `undefined` for a damaged file: who opens it puts it aside, and says so. */
function openSound(file: string): Database | undefined {
  return unlessDamaged(() => openSealedFile(file));
}

function unlessDamaged<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const isDamaged = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_DAMAGED";
    if (isDamaged) return undefined;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
