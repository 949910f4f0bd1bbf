import type { Bytes } from "../bytes.ts";
import type { Conversation } from "../room/conversation.ts";
import type { Action } from "./request.ts";

/**
 * A link with the key of a sealed room, mistyped or not: whoever has it can join
 * and read from then on.
 */
const KEY_LINK = /chat:\/\/\S*#\S*key=/i;

/** A part of such a link, as of a row of a screen that it was broken on. */
const KEY_FIELD = /key=[\w+\/\-]{20}/i;

/** What is behind a link, or on its own, and is a secret. */
const SECRET = /#\S*(?:key|invite)=/i;

/** Characters of a key that are too many to be there by chance. */
const PART = { base64: 12, hex: 16 };

/** Whether a line is such a link and nothing else. */
export function isBareLink(text: string): boolean {
  return /^\s*\S+\s*$/.test(text) && KEY_LINK.test(text);
}

/**
 * Whether what is asked for would show the key of a sealed room to the server: in a
 * link, mistyped or broken, or a part of a key that we have, however it is written.
 */
export function leaksKey(
  text: string,
  { kind }: Action,
  { room, keys }: {
    readonly room: { readonly sealed: boolean };
    readonly keys: readonly Bytes[];
  },
): boolean {
  const isSafe = kind === "open" || kind === "tell" || kind === "mistake";
  if (isSafe || room.sealed) return false;
  return KEY_LINK.test(text) || KEY_FIELD.test(text) || holdsKey(text, keys);
}

/** The keys of all sealed rooms that we are in. */
export function keysOf(
  { rooms, sealed }: Pick<Conversation, "rooms" | "sealed">,
): readonly Bytes[] {
  return [...rooms.keys()].flatMap((room) => sealed.secret(room) ?? []);
}

/** Whether a text holds what nobody else should see, and so is not recalled. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text) || KEY_FIELD.test(text);
}

function holdsKey(text: string, keys: readonly Bytes[]): boolean {
  const base64 = text.replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll(/[^\w\-]/g, "");
  const hex = text.replaceAll(/[^0-9a-f]/gi, "").toLowerCase();
  return keys.some((key) => {
    const written = key.toBase64({ alphabet: "base64url", omitPadding: true });
    return holdsPart(base64, written, PART.base64) ||
      holdsPart(hex, key.toHex(), PART.hex);
  });
}

/** Whether `length` characters of `secret` in a row are in `text`. */
function holdsPart(text: string, secret: string, length: number): boolean {
  for (let at = 0; at + length <= secret.length; at++) {
    if (text.includes(secret.slice(at, at + length))) return true;
  }
  return false;
}

/** Why a text with the key of a sealed room is not sent to an open one. */
export const KEY_IN_THE_OPEN =
  "Not sent: the server can read this room, and the link would let it join the sealed one; /msg NAME is sealed";
