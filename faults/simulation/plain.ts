import { type Bytes, fromUtf8, utf8 } from "../../lib/bytes.ts";
import type { Outgoing } from "../../lib/room/conversation.ts";

/** What a message says that is sealed without a secret. */
export type Plain = Pick<Outgoing, "kind" | "text" | "number">;

/** Encodes a message for a group; each is another one, as its number is. */
export function sealPlain(
  { kind, text, number }: Plain,
  group: Uint8Array,
): Bytes {
  const said = JSON.stringify({ kind, text, number, group: group.toHex() });
  return unscramble(utf8(said));
}

/** Inverse of {@linkcode sealPlain}; `undefined` for anything else. */
export function openPlain(body: Bytes): Plain | undefined {
  try {
    return JSON.parse(fromUtf8(unscramble(body)));
  } catch {
    return undefined;
  }
}

/** Makes text unlike text, and is its own inverse. */
export function unscramble(bytes: Bytes): Bytes {
  return bytes.map((byte) => byte ^ 0xa5);
}
