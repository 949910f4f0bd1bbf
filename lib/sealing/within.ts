import { ChatError } from "../errors.ts";
import type { Clock } from "../member/link.ts";

/**
 * Waits for something, but not for ever.
 *
 * @param options `ms` is for how long, in milliseconds.
 * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` after so long.
 */
export async function within<T>(
  work: Promise<T>,
  { ms, clock }: { readonly ms: number; readonly clock: Clock },
): Promise<T> {
  const done = new AbortController();
  const late = clock.delay(ms, done.signal).then((): never => {
    throw new ChatError(
      "CHAT_SEAL_OUT_OF_STEP",
      `Cannot tell what came of it: the server has not ordered it for ${
        ms / 1_000
      } s, and still may`,
    );
  });
  late.catch(() => {}); // who is done in time does not ask
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
