import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { StateRecords } from "../member/sealed_database.ts";
import { lockPatience } from "./device_slot.ts";
import { createPrivate, openPrivate } from "./private_file.ts";
import { putAside } from "./put_aside.ts";
import { SealedStateFile } from "./sealed_state_file.ts";

/**
 * Where a device keeps its sealed rooms, in the directory of all it remembers of a
 * server: this process's alone until it is disposed of or the process ends,
 * however it ends.
 */
export class SealedFolder implements Disposable {
  /** The database: of mode 0600, whatever the umask. */
  readonly file: string;
  readonly #states: string;
  readonly #files = new Map<string, SealedStateFile>();
  #lock: Deno.FsFile | undefined;

  private constructor(directory: string, lock: Deno.FsFile) {
    this.file = `${directory}/sealed.db`;
    this.#states = `${directory}/sealed`;
    this.#lock = lock;
  }

  /** @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has it. */
  static take(directory: string): SealedFolder {
    using resources = new DisposableStack();
    const lock = resources.use(openPrivate(`${directory}/sealed.lock`));
    const pause = lockPatience();
    while (!lock.tryLockSync(true)) {
      if (pause()) continue;
      throw new ChatError(
        "CHAT_DEVICE_IN_USE",
        `Cannot open ${directory}/sealed.db: another process uses it`,
      );
    }
    const folder = new SealedFolder(directory, lock);
    createPrivate(folder.file);
    resources.move();
    return folder;
  }

  /** The state of a group, in a file that is named by it. */
  stateOf(group: Bytes): StateRecords {
    return this.#fileOf(group.toHex());
  }

  /** Removes the state of a group, and its lock: that of the folder is ours. */
  dropState(group: Bytes): void {
    const name = group.toHex();
    const file = this.#fileOf(name);
    file.remove();
    file[Symbol.dispose]();
    this.#files.delete(name);
    Deno.removeSync(`${file.path}.lock`);
  }

  /** Removes the states of all groups, if nobody uses one. */
  dropStates(): void {
    if (this.#files.size > 0) throw new TypeError("States are in use");
    try {
      Deno.removeSync(this.#states, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Puts a database aside that is of no use; returns where it is now. */
  putAside(why: "damaged" | "foreign"): string {
    return putAside(this.file, why);
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file[Symbol.dispose]();
    this.#files.clear();
    this.#lock?.close();
    this.#lock = undefined;
  }

  #fileOf(name: string): SealedStateFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = SealedStateFile.take(`${this.#states}/${name}`);
    this.#files.set(name, file);
    return file;
  }
}
