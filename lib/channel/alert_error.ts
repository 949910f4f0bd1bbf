import { ChatError } from "../errors.ts";
import { type Alert, ALERTS } from "../wire/alert.ts";

/**
 * What to throw for an alert of the peer. Its reason is text of a peer: only
 * printable characters of it reach the message, so that no terminal obeys it.
 */
export function alertError(alert: Alert): ChatError {
  const reason = alert.reason.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "");
  return new ChatError(
    ALERTS[alert.name].code,
    `Cannot stay connected: the peer says "${alert.name}"${
      reason === "" ? "" : `: ${reason}`
    }`,
  );
}
