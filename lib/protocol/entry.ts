import type { Bytes } from "../bytes.ts";

/** Who said or did something: a name and the identity that owns it. */
export interface Author {
  /** As normalised by the server; still text of a peer, so sanitise it. */
  readonly name: string;
  /** SHA-256 of the SSH key blob of the author's identity, 32 bytes. */
  readonly fingerprint: Bytes;
}

/** What somebody may do on a server, from the most to the least. */
export const STANDINGS = ["owner", "operator", "member", "muted"] as const;

/** One of {@linkcode STANDINGS}. */
export type Standing = typeof STANDINGS[number];

/** Somebody who belongs to a room. */
export interface Member extends Author {
  /** When it came online: server time in milliseconds since the epoch. */
  readonly since: number;
  readonly standing: Standing;
  /** Whether it is here now; only direct rooms list who is not. */
  readonly online: boolean;
}

/** Where and when something happened in a room. */
export interface Position extends Author {
  /** Number of the room; the lobby is 0. */
  readonly room: number;
  /**
   * Place in the room's log: 1 for the first entry, without gaps. What is not
   * kept in the log has no place of its own: then it is that of the newest entry.
   */
  readonly seq: number;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Why somebody is no longer in a room: said goodbye, the connection was cut, left
 * this room, was removed or banned, is no longer authorized, did not answer, did
 * not keep up, sent too much, or broke the protocol.
 */
export const LEAVE_REASONS = [
  "quit",
  "cut",
  "parted",
  "kicked",
  "banned",
  "removed",
  "idle",
  "too_slow",
  "flooding",
  "error",
] as const;

/** One of {@linkcode LEAVE_REASONS}. */
export type LeaveReason = typeof LEAVE_REASONS[number];

/** What an operator may do to somebody. */
export const VERBS = [
  "op",
  "deop",
  "mute",
  "unmute",
  "kick",
  "ban",
  "unban",
] as const;

/** One of {@linkcode VERBS}. */
export type Verb = typeof VERBS[number];

/** What a room's log keeps, the same bytes for every member. */
export type KeptEntry =
  | Position & { readonly kind: "said"; readonly text: string }
  | Position & { readonly kind: "did"; readonly text: string }
  /** The room has another topic; empty when it has none any more. */
  | Position & { readonly kind: "titled"; readonly text: string }
  /** The author's identity has another key from now on, which is its own too. */
  | Position & { readonly kind: "renewed"; readonly next: Bytes }
  | SealedEntry;

/**
 * What the log of a sealed room keeps; of what it means the server knows nothing,
 * and its `name` is empty.
 */
export type SealedEntry =
  /** A message. */
  | Position & { readonly kind: "sealed"; readonly body: Bytes }
  /** A change of who has which keys, the one after so many. */
  | Position & {
    readonly kind: "committed";
    /** 1 for the first of a group. */
    readonly turn: number;
    readonly body: Bytes;
  }
  /** Everything from here on is of this group, 32 bytes. */
  | Position & { readonly kind: "founded"; readonly group: Bytes };

/** Kinds of entries that only sealed rooms have. */
export const SEALED_KINDS = ["sealed", "committed", "founded"] as const;

/** Whether it is one of a sealed room. */
export function isSealedEntry(entry: Entry): entry is SealedEntry {
  return (SEALED_KINDS as readonly string[]).includes(entry.kind);
}

/** What members are told when it happens; nobody is promised it afterwards. */
export type PassingEntry =
  | Position & { readonly kind: "joined" }
  | Position & { readonly kind: "left"; readonly why: LeaveReason }
  | Position & { readonly kind: "typing" }
  /** How far the author has got in a direct room. */
  | Position & {
    readonly kind: "marks";
    /** The newest entry that reached one of its devices. */
    readonly delivered: number;
    /** The newest entry that was shown on one of them. */
    readonly read: number;
  }
  /** The author has used a right of an operator. */
  | Position & {
    readonly kind: "moderated";
    readonly verb: Verb;
    /** What it is called; empty for an address, which others are not told. */
    readonly subject: string;
    /** Fingerprint of the identity it was done to; null for an address. */
    readonly target: Bytes | null;
    /** When it ends, in milliseconds since the epoch; null when it does not. */
    readonly until: number | null;
  };

/** Anything that members of a room are told in its order. */
export type Entry = KeptEntry | PassingEntry;

/** Kinds of entries that a log keeps. */
export const KEPT_KINDS = [
  "said",
  "did",
  "titled",
  "renewed",
  ...SEALED_KINDS,
] as const;

/** Whether a log keeps entries of this kind. */
export function isKept(kind: string): boolean {
  return (KEPT_KINDS as readonly string[]).includes(kind);
}
