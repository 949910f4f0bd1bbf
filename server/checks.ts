/** What a server makes sure of before it begins. */
import { ChatError } from "../lib/errors.ts";
import { isDevelopmentIdentity } from "../lib/identity/development.ts";
import { isLoopbackHost } from "../lib/net/loopback.ts";
import { MAX_MOTD_BYTES, MAX_NAME_BYTES } from "../lib/protocol/limits.ts";
import { utf8Length } from "../lib/protocol/text.ts";
import type { ServeOptions } from "../serve_options.ts";

/** @throws {ChatError} `CHAT_DEVELOPMENT_IDENTITY` or `CHAT_USAGE`. */
export function checkOptions(options: ServeOptions): void {
  const { identity, host } = options;
  if (isDevelopmentIdentity(identity.fingerprint) && !isLoopbackHost(host)) {
    throw new ChatError(
      "CHAT_DEVELOPMENT_IDENTITY",
      "Cannot serve: this identity is public, and works on loopback only",
    );
  }
  checkTexts(options);
}

/** What everybody is told on entering must fit into one message. */
function checkTexts({ name = "", motd = "" }: ServeOptions): void {
  const bounds = [["name", name, MAX_NAME_BYTES], [
    "message of the day",
    motd,
    MAX_MOTD_BYTES,
  ]] as const;
  for (const [what, text, max] of bounds) {
    if (text.isWellFormed() && utf8Length(text) <= max) continue;
    throw new ChatError(
      "CHAT_USAGE",
      `Cannot serve: the ${what} has more than ${max} bytes of UTF-8`,
    );
  }
}
