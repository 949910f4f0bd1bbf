import type { Bytes } from "../../lib/bytes.ts";
import type { Entry, Member } from "../../lib/protocol/entry.ts";

/** Tuesday 3 March 2026, 12:03 UTC, in milliseconds since the epoch. */
export const NOON = Date.UTC(2026, 2, 3, 12, 3);

/** A fingerprint that begins with the bytes of `start` in base64. */
export function fingerprint(start: string): Bytes {
  return Uint8Array.fromBase64(start.padEnd(43, "A") + "=");
}

/** Somebody present since noon; `mark` begins the fingerprint. */
export function member(name: string, mark: string): Member {
  return {
    name,
    fingerprint: fingerprint(mark),
    since: NOON,
    standing: "member",
    online: true,
  };
}

/** What `author` says at noon. */
export function said(
  author: Member,
  text: string,
  position: { readonly seq?: number; readonly at?: number } = {},
): Entry & { readonly kind: "said" } {
  return {
    kind: "said",
    room: 0,
    seq: position.seq ?? 1,
    at: position.at ?? NOON,
    name: author.name,
    fingerprint: author.fingerprint,
    text,
  };
}
