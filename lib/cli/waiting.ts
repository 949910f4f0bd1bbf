import { ChatError } from "../errors.ts";
import type { DeviceState } from "../member/device_state.ts";

/**
 * Runs what enters a server, and says in its error what waits to be sent: nobody
 * should fear that it is lost.
 *
 * @param state What this device remembers, if it does.
 * @throws {ChatError} As `run`.
 */
export async function tellingWaiting<T>(
  state: Pick<DeviceState, "outbox"> | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    const waiting = state?.outbox().filter(({ failed }) => failed === null) ??
      [];
    if (waiting.length === 0) throw error;
    const { code, message, hint, retryMs } = error;
    const waits = waiting.length === 1
      ? "1 message waits on this machine and is sent"
      : `${waiting.length} messages wait on this machine and are sent`;
    throw new ChatError(code, `${message}; ${waits} when you connect again`, {
      cause: error,
      hint,
      retryMs,
    });
  }
}
