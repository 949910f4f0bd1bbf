import { ChatError } from "../errors.ts";

/** The server sent what has no place; the connection ends with this. */
export function unexpected(what: string): ChatError {
  return new ChatError(
    "CHAT_PROTOCOL",
    `Cannot go on: the server sent "${what}" where it has no place`,
  );
}
