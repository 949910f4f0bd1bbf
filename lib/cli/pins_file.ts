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
import { assertOnlyWeChange } from "./ownership.ts";
import { configDir } from "./paths.ts";

/** How long to wait for another process to give the lock back, in ms. */
export const LOCK_WAIT_MS = 5_000;

/** Longest pause before the lock is tried again, in ms. */
const LOCK_PAUSE_MS = 20;

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
  assertOnlyWeChange(path, file);
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
 * @param options `signal` ends the waiting for another process; `waitMs` bounds
 * it, {@linkcode LOCK_WAIT_MS} unless told otherwise.
 * @returns What the file holds now and held before.
 * @throws {ChatError} As {@linkcode readPins}, `CHAT_FILE` when another process
 * does not give way in time; whatever `change` throws; the reason of `signal`.
 */
export async function changePins(
  path: string,
  change: (pins: Pins) => Pins,
  options: { readonly signal?: AbortSignal; readonly waitMs?: number } = {},
): Promise<{ before: Pins; after: Pins }> {
  using _lock = await lock(`${path}.lock`, options);
  const before = await readPins(path);
  const after = change(before);
  if (after !== before) await replacePrivateFile(path, utf8(after.format()));
  return { before, after };
}

/**
 * Waits for the lock; the system gives it back if the process dies. The empty
 * file stays: were it removed, one process could hold the lock of the file that
 * has gone, and another that of its successor.
 */
async function lock(
  path: string,
  { signal, waitMs = LOCK_WAIT_MS }: {
    readonly signal?: AbortSignal;
    readonly waitMs?: number;
  },
): Promise<Disposable> {
  try {
    await makeFolderOf(path);
    using cleanup = new DisposableStack();
    const file = cleanup.use(
      await Deno.open(path, { write: true, create: true, mode: 0o600 }),
    );
    // To wait inside file.lock() could not be ended, not even by a signal.
    const deadline = performance.now() + waitMs;
    while (!await file.tryLock(true)) {
      signal?.throwIfAborted();
      if (performance.now() >= deadline) throw heldElsewhere(path);
      await pause();
    }
    return cleanup.move();
  } catch (error) {
    // Before asFileError: an AbortError has a code, too.
    if (signal?.aborted && error === signal.reason) throw error;
    throw asFileError("lock", path, error);
  }
}

/** Uneven, so that those who wait together do not try together. */
async function pause(): Promise<void> {
  const ms = Math.random() * LOCK_PAUSE_MS;
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function heldElsewhere(path: string): ChatError {
  return new ChatError(
    "CHAT_FILE",
    `Cannot lock ${path}: another chat process holds it`,
  );
}
