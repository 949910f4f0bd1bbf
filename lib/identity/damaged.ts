import { ChatError } from "../errors.ts";

/** The error for a key file that does not hold what it should. */
export function damagedIdentity(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_IDENTITY_DAMAGED",
    `Cannot load identity: ${found}`,
    cause === undefined ? undefined : { cause },
  );
}
