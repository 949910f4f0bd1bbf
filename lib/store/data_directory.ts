import { ChatError } from "../errors.ts";
import { createPrivate, openPrivate } from "./private_file.ts";
import { asFileError } from "./store_error.ts";

/** The file of the history within its directory. */
const HISTORY_FILE = "history.db";
/** Locked as long as a server uses the directory. */
const LOCK_FILE = "lock";

/** Where the history of a data directory is. */
export function historyFile(directory: string): string {
  return `${directory}/${HISTORY_FILE}`;
}

/**
 * A data directory that is this process's alone until it is disposed of or the
 * process ends, however it ends.
 */
export class DataDirectory implements Disposable {
  readonly historyFile: string;
  #lock: Deno.FsFile | undefined;

  private constructor(directory: string, lock: Deno.FsFile) {
    this.historyFile = historyFile(directory);
    this.#lock = lock;
  }

  /**
   * Takes a directory, which is made with mode 0700 if there is none, and makes
   * sure that only this user may touch its history, whatever the umask.
   *
   * @throws {ChatError} `CHAT_STORE_IN_USE` when another server has it,
   * `CHAT_FILE` or `CHAT_STORE_FULL` when it cannot be written.
   */
  static take(directory: string): DataDirectory {
    try {
      Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
      using resources = new DisposableStack();
      const lock = resources.use(openPrivate(`${directory}/${LOCK_FILE}`));
      if (!lock.tryLockSync(true)) {
        throw new ChatError(
          "CHAT_STORE_IN_USE",
          `Cannot open ${directory}: another server uses it`,
        );
      }
      const taken = new DataDirectory(directory, lock);
      createPrivate(taken.historyFile); // SQLite would obey the umask
      resources.move();
      return taken;
    } catch (error) {
      throw asFileError(error, { verb: "open", path: directory });
    }
  }

  [Symbol.dispose](): void {
    this.#lock?.close();
    this.#lock = undefined;
  }
}
