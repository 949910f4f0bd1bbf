import type { Action } from "./request.ts";

/**
 * A link with the key of a sealed room, mistyped or not: whoever has it can join
 * and read from then on.
 */
const KEY_LINK = /chat:\/\/\S*#\S*key=/i;

/** What is behind a link, or on its own, and is a secret. */
const SECRET = /#\S*(?:key|invite)=/i;

/** Whether a line is such a link and nothing else. */
export function isBareLink(text: string): boolean {
  return /^\s*\S+\s*$/.test(text) && KEY_LINK.test(text);
}

/** Whether what is asked for would show the key of a sealed room to the server. */
export function leaksKey(
  text: string,
  { kind }: Action,
  room: { readonly sealed: boolean },
): boolean {
  const isSafe = kind === "open" || kind === "tell" || kind === "mistake";
  return !isSafe && !room.sealed && KEY_LINK.test(text);
}

/** Whether a text holds what nobody else should see, and so is not recalled. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Why a text with the key of a sealed room is not sent to an open one. */
export const KEY_IN_THE_OPEN =
  "Not sent: the server can read this room, and the link would let it join the sealed one; /msg NAME is sealed";
