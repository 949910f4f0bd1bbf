import { ChatError } from "../errors.ts";
import type { Database } from "./database.ts";

/** What is in a file, in every version of it. */
export interface Schema {
  /** Tells such files from others: SQLite's `application_id`. */
  readonly applicationId: number;
  /** Statements that lead from each version to the next, from none (0) on. */
  readonly migrations: readonly (readonly string[])[];
}

/**
 * The version of the schema that a file has; 0 when it is empty.
 *
 * @throws {ChatError} `CHAT_STORE_UNKNOWN`, or what the subject of `db` has in
 * its place, when it is newer than `schema`, or not of it.
 */
export function schemaVersion(db: Database, schema: Schema): number {
  const application = db.pragma("application_id");
  const version = db.pragma("user_version");
  const empty = db.query("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (empty && application === 0 && version === 0) return 0;
  if (application !== schema.applicationId) {
    throw unknown(db, "it belongs to another program");
  }
  const known = schema.migrations.length;
  if (version > known) {
    throw unknown(db, `its format is ${version}, newer than ${known}`);
  }
  return version;
}

/**
 * Brings a file to the newest version, each step in a transaction of its own.
 *
 * @throws {ChatError} As {@linkcode schemaVersion}, and when writing fails.
 */
export function migrate(db: Database, schema: Schema): void {
  const from = schemaVersion(db, schema);
  for (const [index, statements] of schema.migrations.entries()) {
    if (index < from) continue;
    db.transaction(() => {
      for (const statement of statements) db.query(statement).run();
      db.query(`PRAGMA application_id = ${schema.applicationId}`).run();
      db.query(`PRAGMA user_version = ${index + 1}`).run();
    });
  }
}

/**
 * Refuses a file that would have to be migrated, for those who only read.
 *
 * @throws {ChatError} As {@linkcode schemaVersion}, also when it is older.
 */
export function requireNewest(db: Database, schema: Schema): void {
  const version = schemaVersion(db, schema);
  const newest = schema.migrations.length;
  if (version === newest) return;
  throw unknown(
    db,
    `its format is ${version}, and \`chat serve\` must first make it ${newest}`,
  );
}

function unknown({ subject }: Database, found: string): ChatError {
  return new ChatError(
    subject.unknown,
    `Cannot open ${subject.name}: ${found}`,
  );
}
