import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** What a server says of a name, behind what we say. */
const REFUSED_NAME = "Cannot enter: Cannot take name: ";

/**
 * Runs what enters a server. One that has no open invitation turns away whoever is
 * not authorized before it sees ours: that says what has become of it.
 *
 * @throws {ChatError} `CHAT_INVITATION_INVALID` in the place of
 * `CHAT_NOT_AUTHORIZED` when we have an invitation; else as `run`, with one verb.
 */
export async function enterInvited<T>(
  invitation: Bytes | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof ChatError)) throw cause;
    if (cause.message.startsWith(REFUSED_NAME)) throw refusedName(cause);
    const isTurnedAway = cause.code === "CHAT_NOT_AUTHORIZED";
    if (invitation === undefined || !isTurnedAway) throw cause;
    throw new ChatError(
      "CHAT_INVITATION_INVALID",
      "Cannot enter: your invitation was used by somebody else, or has expired",
      { cause },
    );
  }
}

function refusedName(cause: ChatError): ChatError {
  const found = cause.message.slice(REFUSED_NAME.length);
  const hint = cause.code === "CHAT_NAME_INVALID"
    ? "Choose 1 to 32 letters or digits of one script with --name"
    : cause.hint;
  return new ChatError(cause.code, `Cannot enter under that name: ${found}`, {
    cause,
    hint,
  });
}
