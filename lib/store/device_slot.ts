import { createPrivate, openPrivate } from "./private_file.ts";
import { putAside } from "./put_aside.ts";

/** Pauses for locks when a device is looked for, and how long each is, in ms. */
const LOCK_PAUSES = 5;
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

  /**
   * Takes a slot, unless another process has it.
   *
   * @param pause Waits a moment for a lock, and says whether to try once more.
   */
  static take(
    directory: string,
    number: number,
    pause: () => boolean,
  ): DeviceSlot | undefined {
    using resources = new DisposableStack();
    const lock = resources.use(openPrivate(`${directory}/slot-${number}.lock`));
    while (!lock.tryLockSync(true)) if (!pause()) return undefined;
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
    return putAside(this.file);
  }

  [Symbol.dispose](): void {
    this.#lock?.close();
    this.#lock = undefined;
  }
}

/**
 * Waits for locks, but not long in all. For a moment a lock can be nobody's: a
 * program that is being started holds copies of what was open (flock(2)), and to
 * take another slot means another device, whose messages do not wait there.
 */
export function lockPatience(): () => boolean {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let left = LOCK_PAUSES;
  return () => {
    if (left-- <= 0) return false;
    Atomics.wait(never, 0, 0, LOCK_PAUSE_MS);
    return true;
  };
}

function fileOf(directory: string, number: number): string {
  return `${directory}/slot-${number}.db`;
}
