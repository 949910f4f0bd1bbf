import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { SealedDatabase } from "../member/sealed_database.ts";
import { damageOf } from "./damage.ts";
import { Database } from "./database.ts";
import { migrate, schemaVersion } from "./schema.ts";
import { SealedFolder } from "./sealed_folder.ts";
import { SEALED_SCHEMA } from "./sealed_schema.ts";
import { applySettings } from "./settings.ts";
import { SqliteSealedDatabase } from "./sqlite_sealed_database.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/** Whose database it is, and what to do with it, or when it cannot be used. */
export interface SealedDatabaseOptions<T> {
  /** What only the keys of its owner make: no other's is alike. */
  readonly owner: Bytes;
  /**
   * Makes what is wanted of it, which is then to close it. It may throw
   * `CHAT_DEVICE_DAMAGED` at what it finds there.
   */
  readonly use: (database: SealedDatabase) => T;
  /**
   * Called when a file was damaged, or of another owner, with the path it was
   * renamed to: rooms and what was said there are not known any more.
   */
  readonly onDamage: (path: string) => void;
}

/**
 * Opens what a device keeps of its sealed rooms, and creates what is not there yet:
 * the directory with mode 0700, files with 0600.
 *
 * @param directory For one identity and one server.
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has it,
 * `CHAT_DEVICE_UNKNOWN` when a file is of a newer version or not of chat,
 * `CHAT_DEVICE_FULL`, or `CHAT_FILE` when it cannot be read and written.
 */
export function openSealedDatabase<T>(
  directory: string,
  options: SealedDatabaseOptions<T>,
): T {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    using resources = new DisposableStack();
    const folder = resources.use(SealedFolder.take(directory));
    const opened = openSound(folder, options) ?? openNew(folder, options);
    resources.move();
    return opened.used;
  } catch (error) {
    const how = { verb: "open", path: directory, subject: DEVICE };
    throw asFileError(error, how);
  }
}

/** Opens what is there; `undefined` when it is damaged, or of another owner. */
function openSound<T>(
  folder: SealedFolder,
  options: SealedDatabaseOptions<T>,
): Used<T> | undefined {
  try {
    return openFile(folder, options);
  } catch (error) {
    const damaged = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_DAMAGED";
    if (damaged) return undefined;
    throw error;
  }
}

function openNew<T>(
  folder: SealedFolder,
  options: SealedDatabaseOptions<T>,
): Used<T> {
  const aside = folder.putAside();
  const opened = openFile(folder, options);
  options.onDamage(aside);
  return opened;
}

interface Used<T> {
  readonly used: T;
}

function openFile<T>(
  folder: SealedFolder,
  { owner, use }: SealedDatabaseOptions<T>,
): Used<T> {
  using resources = new DisposableStack();
  const { file } = folder;
  const db = resources.use(new Database(file, { subject: DEVICE }));
  schemaVersion(db, SEALED_SCHEMA); // refuses what is not ours untouched
  applySettings(db);
  const damage = damageOf(db);
  if (damage !== undefined) throw damaged(file, damage);
  migrate(db, SEALED_SCHEMA);
  db.query("INSERT OR IGNORE INTO owner (only, mark) VALUES (1, ?)").run(owner);
  const found = db.query<{ readonly mark: Uint8Array }>(
    "SELECT mark FROM owner",
  ).get();
  if (found === undefined || !equalBytes(found.mark, owner)) {
    throw damaged(file, "it belongs to another identity");
  }
  const used = use(new SqliteSealedDatabase(db, folder));
  resources.move();
  return { used };
}

function damaged(file: string, found: string): ChatError {
  return new ChatError(
    "CHAT_DEVICE_DAMAGED",
    `Cannot open ${file}: ${found}`,
  );
}
