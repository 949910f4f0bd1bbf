import { createPrivate, openPrivate } from "./private_file.ts";

/** How often a lock is tried, and the pause between, in milliseconds. */
const LOCK_TRIES = 6;
const LOCK_PAUSE_MS = 10;

/**
 * A place for the state of one device in a directory: this process's alone until
 * it is disposed of or the process ends, however it ends.
 */
export class DeviceSlot implements Disposable {
  /** Its database: of mode 0600, whatever the umask. */
  readonly file: string;
  #lock: Deno.FsFile | undefined;

  private constructor(file: string, lock: Deno.FsFile) {
    this.file = file;
    this.#lock = lock;
  }

  /** Whether a slot was ever used. */
  static exists(directory: string, number: number): boolean {
    try {
      return Deno.statSync(fileOf(directory, number)).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** Takes a slot, unless another process has it. */
  static take(directory: string, number: number): DeviceSlot | undefined {
    using resources = new DisposableStack();
    const lock = resources.use(openPrivate(`${directory}/slot-${number}.lock`));
    if (!isLocked(lock)) return undefined;
    const slot = new DeviceSlot(fileOf(directory, number), lock);
    createPrivate(slot.file);
    resources.move();
    return slot;
  }

  /**
   * Puts a damaged database aside, with its write-ahead log, so that a new one
   * can take its place.
   *
   * @returns Where it is now.
   */
  putAside(): string {
    const aside = `${this.file}.damaged-${Date.now()}`;
    for (const suffix of ["-wal", ""]) { // the database last: it counts
      try {
        Deno.renameSync(this.file + suffix, aside + suffix);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    createPrivate(this.file);
    return aside;
  }

  [Symbol.dispose](): void {
    this.#lock?.close();
    this.#lock = undefined;
  }
}

/**
 * Takes a lock, unless it stays another's. For a moment it can be nobody's: a
 * program that is being started holds copies of what was open (flock(2)), and to
 * take another slot means another device, whose messages do not wait there.
 */
function isLocked(lock: Deno.FsFile): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 1;; tries++) {
    if (lock.tryLockSync(true)) return true;
    if (tries === LOCK_TRIES) return false;
    Atomics.wait(pause, 0, 0, LOCK_PAUSE_MS);
  }
}

function fileOf(directory: string, number: number): string {
  return `${directory}/slot-${number}.db`;
}
