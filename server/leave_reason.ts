import { ChatError } from "../lib/errors.ts";
import type { LeaveReason } from "../lib/protocol/entry.ts";

/** What the others see when a channel ended with an error. */
export function leaveReason(error: unknown): LeaveReason {
  if (!(error instanceof ChatError)) return "error";
  switch (error.code) {
    case "CHAT_CONNECTION_CUT":
      return "cut";
    case "CHAT_IDLE":
      return "idle";
    case "CHAT_TOO_SLOW":
      return "too_slow";
    case "CHAT_FLOODING":
      return "flooding";
    default:
      return "error";
  }
}
