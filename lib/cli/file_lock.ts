import { ChatError } from "../errors.ts";
import { asFileError, makeFolderOf } from "./files.ts";

/** How long to wait for another process to give the lock back, in ms. */
export const LOCK_WAIT_MS = 5_000;

/** Longest pause before the lock is tried again, in ms. */
const LOCK_PAUSE_MS = 20;

/**
 * Waits for the lock that is the file at `path`; the system gives it back if the
 * process dies. The empty file stays: were it removed, one process could hold the
 * lock of the file that has gone, and another that of its successor.
 *
 * @throws {ChatError} `CHAT_FILE`, also when another process does not give way
 * in {@linkcode LOCK_WAIT_MS}, or what it is told; the reason of `signal`.
 */
export async function lockFile(
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
