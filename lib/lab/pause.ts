/**
 * Lets time pass, as people do between what they do.
 *
 * @param ms None if below zero.
 * @throws The reason of `signal`, before or after.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
