import { ChatError } from "../errors.ts";
import type { Standing } from "../protocol/entry.ts";
import { isOperator } from "./commands.ts";
import type { Request } from "./request.ts";
import { sanitizeLine } from "./sanitize.ts";

/** Characters of what was typed that an error repeats. */
const MAX_REPEATED = 64;
/** What can be done about a sealed room that the server does not have. */
const NO_SEALED_ROOM =
  "Its members may have left, or it is on another server: ask one for its link";
/** How servers say that only an owner may do something. */
const FOR_OWNERS = /(?:for owners|as you are)$/;

/**
 * The refusal of a request as it answers this very request: the same, with the
 * name that was typed and a hint of what can be done about it here. What a server
 * writes is not relied on: at worst, a word is left out.
 */
export function fitting(
  error: ChatError,
  request: Request,
  standing: Standing,
): ChatError {
  const { code, retryMs } = error;
  const message = messageOf(error, request);
  const hint = hintOf(error, request, standing) ?? error.hint;
  return new ChatError(code, message, { cause: error, retryMs, hint });
}

function messageOf({ code, message }: ChatError, request: Request): string {
  if (code === "CHAT_NAME_INVALID" && request.kind === "join") {
    const name = repeated(request.name);
    return message.replace(/^Cannot take name: /, `Cannot join #${name}: `);
  }
  if (code !== "CHAT_NO_SUCH_MEMBER" || !("subject" in request)) {
    return message;
  }
  const name = repeated(request.subject);
  if (isAboutUs(message) || message.includes(name)) return message;
  return `${message}: ${name}`;
}

/** Undefined when that of the code fits, empty when nothing can be done. */
function hintOf(
  { code, message }: ChatError,
  request: Request,
  standing: Standing,
): string | undefined {
  if (isAboutUs(message)) return "";
  switch (code) {
    case "CHAT_NO_SUCH_MEMBER": {
      const lifts = request.kind === "moderate" &&
        (request.verb === "unban" || request.verb === "unmute");
      return lifts ? "See /bans for who is muted or banned" : undefined;
    }
    case "CHAT_NO_SUCH_ROOM":
      return request.kind === "open" || request.kind === "rejoin"
        ? NO_SEALED_ROOM
        : undefined;
    case "CHAT_FORBIDDEN":
      if (!isOperator(standing)) return undefined;
      return FOR_OWNERS.test(message) ? "Ask an owner of the server" : "";
    case "CHAT_NAME_INVALID":
      return "Rooms have names of 1 to 32 letters or digits of one script";
    case "CHAT_NAME_TAKEN":
      return "Choose another name, or see /rooms for the rooms there are";
    default:
      return undefined;
  }
}

function isAboutUs(message: string): boolean {
  return message.endsWith(": that is you");
}

function repeated(text: string): string {
  return sanitizeLine(text).slice(0, MAX_REPEATED);
}
