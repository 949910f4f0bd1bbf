import { DataDirectory } from "./data_directory.ts";
import { Database } from "./database.ts";
import type { HistoryReader } from "../room/history.ts";
import type { RegistryReader } from "../room/registry.ts";
import { prepareFile, readDatabase } from "./history_file.ts";
import { Quota } from "./quota.ts";
import { SqliteHistory } from "./sqlite_history.ts";
import { SqliteReader } from "./sqlite_reader.ts";

/** How a history is kept. */
export interface HistoryOptions {
  /**
   * Bytes that its file may take; by default as many as the disk has. Beside it
   * is a write-ahead log of a few MiB.
   */
  readonly maxBytes?: number | undefined;
}

/**
 * Opens the history of a data directory for the one server that uses it, and
 * creates what is not there yet: the directory with mode 0700, files with 0600.
 *
 * @throws {ChatError} `CHAT_STORE_IN_USE` when another server has it open,
 * `CHAT_STORE_UNKNOWN` when its file is of a newer version or not of chat,
 * `CHAT_STORE_DAMAGED`, `CHAT_STORE_FULL`, or `CHAT_FILE` when it cannot be
 * read and written.
 * @throws {RangeError} when `maxBytes` is below `MIN_QUOTA_BYTES`.
 */
export function openHistory(
  path: string,
  options: HistoryOptions = {},
): SqliteHistory {
  using resources = new DisposableStack();
  const directory = resources.use(DataDirectory.take(path));
  const db = resources.use(new Database(directory.historyFile));
  prepareFile(db);
  const quota = new Quota(db, options.maxBytes);
  const history = new SqliteHistory(db, { directory, quota });
  resources.move();
  return history;
}

/**
 * Opens the history of a data directory for reading, whether a server writes it
 * at the moment or not.
 *
 * @throws {ChatError} As {@linkcode openHistory}.
 */
export function readHistory(
  path: string,
): HistoryReader & Pick<RegistryReader, "names"> {
  using resources = new DisposableStack();
  const db = resources.use(readDatabase(path));
  const reader = new SqliteReader(db, new Quota(db));
  resources.move();
  return reader;
}
