import { ChatError } from "../errors.ts";
import type { Conversation } from "../room/conversation.ts";

const HINT = "Name a room, 1 to 32 letters or digits of one script, as dev";

/**
 * Refuses a room of two as the one to begin in: it has no name to join it by.
 *
 * @throws {ChatError} `CHAT_USAGE`.
 */
export function checkRoom(name: string | undefined): void {
  if (!name?.startsWith("@")) return;
  const hint = "A pipe cannot speak in a direct room; in a terminal, " +
    `connect without --room and use /msg ${name.slice(1) || "NAME"}`;
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot join room "${name}": a name with @ is somebody's, not a room's`,
    { hint },
  );
}

/**
 * Joins the room of that name.
 *
 * @returns Its number.
 * @throws {ChatError} As `Conversation.join`; what is wrong with the name is said
 * of a room, not of ourselves.
 */
export async function joinWanted(
  conversation: Pick<Conversation, "join">,
  name: string,
): Promise<number> {
  try {
    return (await conversation.join(name)).room;
  } catch (error) {
    const isName = error instanceof ChatError &&
      error.code === "CHAT_NAME_INVALID";
    if (!isName) throw error;
    const found = error.message.replace(/^Cannot take name: /, "");
    throw new ChatError(error.code, `Cannot join room "${name}": ${found}`, {
      cause: error,
      hint: HINT,
    });
  }
}
