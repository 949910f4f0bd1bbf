import type { Bytes } from "../bytes.ts";

/** Who said or did something: a name and the identity that owns it. */
export interface Author {
  /** As normalised by the server; still text of a peer, so sanitise it. */
  readonly name: string;
  /** SHA-256 of the SSH key blob of the author's identity, 32 bytes. */
  readonly fingerprint: Bytes;
}

/** Somebody present in a room. */
export interface Member extends Author {
  /** When it entered: server time in milliseconds since the epoch. */
  readonly since: number;
}

/** What every entry of a room's log carries. */
interface Position extends Author {
  /** Number of the room; the lobby is 0. */
  readonly room: number;
  /** Place in the room's log: 1 for the first entry, without gaps. */
  readonly seq: number;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Why somebody is no longer in a room: said goodbye, the connection was cut,
 * the operator removed them, they are no longer authorized, did not answer, did
 * not keep up, sent too much, or broke the protocol.
 */
export const LEAVE_REASONS = [
  "quit",
  "cut",
  "kicked",
  "removed",
  "idle",
  "too_slow",
  "flooding",
  "error",
] as const;

/** One of {@linkcode LEAVE_REASONS}. */
export type LeaveReason = typeof LEAVE_REASONS[number];

/** One entry of a room's log, the same bytes for every member. */
export type Entry =
  | Position & { readonly kind: "said"; readonly text: string }
  | Position & { readonly kind: "did"; readonly text: string }
  | Position & { readonly kind: "joined" }
  | Position & { readonly kind: "left"; readonly why: LeaveReason };
