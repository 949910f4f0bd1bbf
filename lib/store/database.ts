import {
  DatabaseSync,
  type SQLInputValue,
  type StatementSync,
} from "node:sqlite";
import { ChatError } from "../errors.ts";
import { asStoreError, HISTORY, type Subject } from "./store_error.ts";

/** How long to wait for another program that holds the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/** A prepared statement whose rows are `Row`: our schema says so, not a check. */
export class Query<Row> {
  readonly #statement: StatementSync;
  readonly #subject: Subject;

  constructor(statement: StatementSync, subject: Subject) {
    this.#statement = statement;
    this.#subject = subject;
  }

  /** The first row. */
  get(...values: SQLInputValue[]): Row | undefined {
    return attempt(this.#subject, () => this.#statement.get(...values)) as
      | Row
      | undefined;
  }

  /** Runs it; returns how many rows changed. */
  run(...values: SQLInputValue[]): number {
    return attempt(
      this.#subject,
      () => Number(this.#statement.run(...values).changes),
    );
  }

  /**
   * All rows: only for statements that bound them. There is no way to have them
   * one by one: `iterate()` of Deno 2.9.6 ends at a damaged page as if there were
   * no more.
   */
  all(...values: SQLInputValue[]): readonly Row[] {
    return attempt(
      this.#subject,
      () => this.#statement.all(...values),
    ) as Row[];
  }
}

/** How a file is used. */
export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** What its failures are reported of; by default a history. */
  readonly subject?: Subject;
}

/**
 * A connection to one SQLite file. Failures of the file or the disk are thrown
 * as {@linkcode ChatError}, with a code of the store.
 */
export class Database implements Disposable {
  /** What its failures are reported of. */
  readonly subject: Subject;
  readonly #db: DatabaseSync;
  readonly #begin: Query<never>;
  readonly #commit: Query<never>;
  readonly #rollback: Query<never>;

  /** @param path An existing file, which may be empty. */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.subject = options.subject ?? HISTORY;
    this.#db = open(path, { readOnly: options.readOnly ?? false });
    this.#begin = this.query("BEGIN IMMEDIATE");
    this.#commit = this.query("COMMIT");
    this.#rollback = this.query("ROLLBACK");
  }

  /** Prepares a statement, once for many uses. */
  query<Row>(sql: string): Query<Row> {
    const statement = attempt(this.subject, () => this.#db.prepare(sql));
    return new Query(statement, this.subject);
  }

  /** Reads a number about the file, such as `page_count`. */
  pragma(name: string): number {
    const row = this.query<Record<string, number>>(`PRAGMA ${name}`).get();
    return Number(row?.[name]);
  }

  /** Does everything in `run`, durably, or nothing. */
  transaction<T>(run: () => T): T {
    this.#begin.run();
    try {
      const result = run();
      this.#commit.run();
      return result;
    } catch (error) {
      // SQLite itself has rolled back when the disk was full.
      if (this.#db.isTransaction) this.#rollback.run();
      throw error;
    }
  }

  /** The connection itself, for `backup`. */
  get connection(): DatabaseSync {
    return this.#db;
  }

  [Symbol.dispose](): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

function open(
  path: string,
  options: { readonly readOnly: boolean },
): DatabaseSync {
  try {
    return new DatabaseSync(path, { ...options, timeout: BUSY_TIMEOUT_MS });
  } catch (error) { // without an `errcode`, and there is only one reason
    const message = `Cannot open ${path}: it is no file that may be read`;
    throw new ChatError("CHAT_FILE", message, { cause: error });
  }
}

function attempt<T>(subject: Subject, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asStoreError(error, subject);
  }
}
