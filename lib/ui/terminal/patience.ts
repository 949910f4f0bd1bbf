import { ChatError } from "../../errors.ts";
import type { Timer } from "./terminal_io.ts";

/**
 * Milliseconds before what was refused for its rate is tried again, unless the
 * server says how long to wait.
 */
const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];
/** Whatever a server says, nothing waits longer than this. */
const MAX_RETRY_DELAY_MS = 60_000;

/**
 * Tries again, later, as long as the server finds us too fast.
 *
 * @throws what `run` throws, `CHAT_RATE_LIMITED` after the last try.
 */
export async function patiently<T>(
  run: () => Promise<T>,
  timer: Pick<Timer, "delay">,
  signal: AbortSignal,
): Promise<T> {
  for (const delay of RETRY_DELAYS_MS) {
    try {
      return await run();
    } catch (error) {
      const tooFast = error instanceof ChatError &&
        error.code === "CHAT_RATE_LIMITED";
      if (!tooFast) throw error;
      const wait = Math.min(error.retryMs ?? delay, MAX_RETRY_DELAY_MS);
      await timer.delay(wait, signal);
    }
  }
  return await run();
}
