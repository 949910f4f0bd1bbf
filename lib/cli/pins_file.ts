import { fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_PINS_BYTES, Pins } from "../identity/pins.ts";
import {
  asFileError,
  makeFolderOf,
  readSmallFile,
  replacePrivateFile,
} from "./files.ts";
import type { Io } from "./io.ts";
import { configDir } from "./paths.ts";

/** Where the keys of known servers are kept. */
export function pinsPath(io: Pick<Io, "env">): string {
  return `${configDir(io)}/known_servers`;
}

/**
 * Reads the known servers; none when there is no file yet.
 *
 * @throws {ChatError} `CHAT_FILE`, also when others may change the file;
 * `CHAT_PINS_DAMAGED`.
 */
export async function readPins(path: string): Promise<Pins> {
  const file = await readSmallFile(path, MAX_PINS_BYTES);
  if (file === undefined) return Pins.parse("");
  if (((file.mode ?? 0) & 0o022) !== 0) {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot trust ${path}: other users may change it; run \`chmod 600\` on it and look through it`,
    );
  }
  try {
    return Pins.parse(fromUtf8(file.bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ChatError(
      "CHAT_PINS_DAMAGED",
      "Cannot read known servers: the file is not UTF-8",
      { cause: error },
    );
  }
}

/**
 * Applies a change to the known servers. Processes that do so at the same time
 * take turns, so that no change is lost; readers need no lock.
 *
 * @returns What the file holds now and held before.
 * @throws {ChatError} As {@linkcode readPins}, or whatever `change` throws.
 */
export async function changePins(
  path: string,
  change: (pins: Pins) => Pins,
): Promise<{ before: Pins; after: Pins }> {
  using _lock = await lock(`${path}.lock`);
  const before = await readPins(path);
  const after = change(before);
  if (after !== before) await replacePrivateFile(path, utf8(after.format()));
  return { before, after };
}

/** Waits for the lock; the system gives it back if the process dies. */
async function lock(path: string): Promise<Disposable> {
  try {
    await makeFolderOf(path);
    using cleanup = new DisposableStack();
    const file = cleanup.use(
      await Deno.open(path, { write: true, create: true, mode: 0o600 }),
    );
    await file.lock(true);
    return cleanup.move();
  } catch (error) {
    throw asFileError("lock", path, error);
  }
}
