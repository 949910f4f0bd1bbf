import { ChatError } from "../errors.ts";
import type { Answer, ClientMessage } from "../protocol/messages.ts";
import type { Wire } from "./wire.ts";

/** How often something is asked in all. */
export const MAX_ASKED = 6;

/** How long all waiting for one answer may take together, in milliseconds. */
export const MAX_WAIT_MS = 8_000;

/** The shortest wait, in milliseconds. */
const MIN_WAIT_MS = 50;

/**
 * Asks for somebody who waits for the answer. What the server refuses because it
 * came too fast is asked again when it says, as often as {@linkcode MAX_ASKED} and
 * for no longer than {@linkcode MAX_WAIT_MS}: nobody types so fast, but what asks
 * by itself spends from the same account.
 *
 * @param collect As for {@linkcode Wire.ask}.
 * @throws {ChatError} A refusal, or why the connection ended.
 */
export async function askPatiently<T>(
  wire: Wire,
  request: (id: number) => ClientMessage,
  collect: (answer: Answer) => T | undefined,
): Promise<T> {
  let leftMs = MAX_WAIT_MS;
  for (let asked = 1;; asked++) {
    try {
      return await wire.ask(request, collect);
    } catch (error) {
      const waitMs = waitOf(error);
      if (waitMs === undefined || waitMs > leftMs || asked >= MAX_ASKED) {
        throw error;
      }
      leftMs -= waitMs;
      await wire.wait(waitMs); // without a connection, asking says why
    }
  }
}

/** For how long the server has us wait; `undefined` when that is no help. */
function waitOf(error: unknown): number | undefined {
  if (!(error instanceof ChatError)) return undefined;
  const { code, retryMs } = error;
  if (code !== "CHAT_RATE_LIMITED" || retryMs === undefined) return undefined;
  return Math.max(MIN_WAIT_MS, retryMs);
}
