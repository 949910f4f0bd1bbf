import { ChatError } from "../errors.ts";
import { MAX_SLOTS } from "./open_device_state.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/**
 * Moves what a device remembers to another directory, unless that is there, or
 * there is nothing to move. With it go messages that wait, under the numbers they
 * have.
 *
 * @returns Whether it was moved.
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process uses it: what is
 * open must not move. `CHAT_FILE`.
 */
export function moveDevice(from: string, to: string): boolean {
  try {
    if (!isDirectory(from) || isDirectory(to)) return false;
    using locks = new DisposableStack();
    const slots = Array.from({ length: MAX_SLOTS }, (_, i) => `slot-${i}`);
    for (const name of [...slots, "sealed"]) {
      const lock = openLock(`${from}/${name}.lock`);
      if (lock === undefined) continue;
      locks.use(lock);
      if (lock.tryLockSync(true)) continue;
      const text = `Cannot move ${from}: another process uses it`;
      throw new ChatError("CHAT_DEVICE_IN_USE", text);
    }
    Deno.renameSync(from, to);
    return true;
  } catch (error) {
    throw asFileError(error, { verb: "move", path: from, subject: DEVICE });
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function openLock(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
