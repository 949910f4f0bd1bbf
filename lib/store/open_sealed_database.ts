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
   * Called when a file was damaged, or is of another owner, with the path it was
   * renamed to: rooms and what was said there are not known any more.
   */
  readonly onDamage: (path: string, why: "damaged" | "foreign") => void;
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
    const opened = openSound(folder, options);
    const { used } = typeof opened === "string"
      ? openNew(folder, { ...options, why: opened })
      : opened;
    resources.move();
    return used;
  } catch (error) {
    const how = { verb: "open", path: directory, subject: DEVICE };
    throw asFileError(error, how);
  }
}

/**
 * Opens the file in which a device keeps its sealed rooms.
 *
 * @throws {ChatError} `CHAT_DEVICE_DAMAGED`, `CHAT_DEVICE_UNKNOWN`, and what
 * reading it throws.
 */
export function openSealedFile(file: string): Database {
  using resources = new DisposableStack();
  const db = resources.use(new Database(file, { subject: DEVICE }));
  schemaVersion(db, SEALED_SCHEMA); // refuses what is not ours untouched
  applySettings(db);
  const damage = damageOf(db);
  if (damage !== undefined) {
    const text = `Cannot open ${file}: ${damage}`;
    throw new ChatError("CHAT_DEVICE_DAMAGED", text);
  }
  migrate(db, SEALED_SCHEMA);
  resources.move();
  return db;
}

/** Whose file it is; `undefined` before it has an owner. */
export function ownerOf(db: Database): Uint8Array | undefined {
  return db.query<{ readonly mark: Uint8Array }>("SELECT mark FROM owner")
    .get()?.mark;
}

/** Opens what is there, or says why that is of no use. */
function openSound<T>(
  folder: SealedFolder,
  options: SealedDatabaseOptions<T>,
): Used<T> | "damaged" | "foreign" {
  try {
    return openFile(folder, options) ?? "foreign";
  } catch (error) {
    const damaged = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_DAMAGED";
    if (damaged) return "damaged";
    throw error;
  }
}

function openNew<T>(
  folder: SealedFolder,
  options: SealedDatabaseOptions<T> & { readonly why: "damaged" | "foreign" },
): Used<T> {
  const { why, onDamage } = options;
  const aside = folder.putAside(why);
  const opened = openFile(folder, options);
  if (opened === undefined) throw new TypeError("A new file has no owner");
  onDamage(aside, why);
  return opened;
}

interface Used<T> {
  readonly used: T;
}

/** `undefined` when it is of another owner. */
function openFile<T>(
  folder: SealedFolder,
  { owner, use }: SealedDatabaseOptions<T>,
): Used<T> | undefined {
  using resources = new DisposableStack();
  const db = resources.use(openSealedFile(folder.file));
  db.query("INSERT OR IGNORE INTO owner (only, mark) VALUES (1, ?)").run(owner);
  const found = ownerOf(db);
  if (found === undefined || !equalBytes(found, owner)) return undefined;
  const used = use(new SqliteSealedDatabase(db, folder));
  resources.move();
  return { used };
}
