import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/**
 * Runs what enters a server. One that has no open invitation turns away whoever is
 * not authorized before it sees ours: that says what has become of it.
 *
 * @throws {ChatError} `CHAT_INVITATION_INVALID` in the place of
 * `CHAT_NOT_AUTHORIZED` when we have an invitation; else as `run`.
 */
export async function enterInvited<T>(
  invitation: Bytes | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const isTurnedAway = cause instanceof ChatError &&
      cause.code === "CHAT_NOT_AUTHORIZED";
    if (invitation === undefined || !isTurnedAway) throw cause;
    throw new ChatError(
      "CHAT_INVITATION_INVALID",
      "Cannot enter: your invitation was used by somebody else, or has expired",
      { cause },
    );
  }
}
