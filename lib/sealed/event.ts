import type { Bytes } from "../bytes.ts";
import type { SealedIdentity } from "./credential.ts";

/** A member of a sealed room, as its place in the tree says. */
export interface SealedMember extends SealedIdentity {
  /** Place in the tree: who leaves makes it free for another. */
  readonly leaf: number;
}

/** Why something could not be read, and what helps. */
export const UNREADABLE = {
  damaged: "it is not sealed for this room: the server changed or made it up",
  forged: "it fails the checks of MLS: no member made it like this",
  forked:
    "it belongs to another history: the server shows members different logs",
  future_epoch: "it needs a change of keys that was not delivered: /resync",
  before_us:
    "it was sealed before this device had its keys: if it matters, ask its author to send it again",
  too_old: "its keys are gone: ask its author to send it again",
  replayed: "it was read before, or came too late",
  too_far_ahead: "too many messages before it are missing: /resync",
  not_permitted: "it changes the group in a way that no member may",
  commits_missing: "changes of keys before it were not delivered: /resync",
  own_state_old:
    "this device sent it and does not remember: an old backup was restored; /resync",
} as const;

/** Stable name of a reason; {@linkcode UNREADABLE} has it in words. */
export type UnreadableReason = keyof typeof UNREADABLE;

/** What a sealed room tells its user. Names are as members gave them. */
export type SealedEvent =
  /** Somebody said something; the member is authenticated. */
  | {
    readonly kind: "message";
    readonly from: SealedMember;
    readonly epoch: bigint;
    /** Counted by the author since it joined, from 0 on. */
    readonly number: number;
    readonly body: Bytes;
    /** Messages of this author before this one that were not delivered. */
    readonly missing: number;
    /** Whether it had been counted as missing. */
    readonly late: boolean;
  }
  /** What this device sent has come back: nothing new. */
  | { readonly kind: "echo"; readonly epoch: bigint }
  /** Somebody said that it goes: remove it, so that it gets no more keys. */
  | { readonly kind: "leaving"; readonly member: SealedMember }
  | { readonly kind: "joined"; readonly member: SealedMember }
  /** A member took the current keys again; its name may be another one. */
  | {
    readonly kind: "rejoined";
    readonly member: SealedMember;
    readonly before: SealedMember;
  }
  /** Removed after it had said that it goes. */
  | {
    readonly kind: "left";
    readonly member: SealedMember;
    readonly by: SealedMember;
  }
  | {
    readonly kind: "removed";
    readonly member: SealedMember;
    readonly by: SealedMember;
  }
  | { readonly kind: "rekeyed"; readonly by: SealedMember }
  /** This device was removed: it gets no more keys, and must not send. */
  | { readonly kind: "excluded"; readonly by: SealedMember }
  /** The change this device proposed is in force; how many are in the room then. */
  | {
    readonly kind: "confirmed";
    readonly intent: Intent["kind"];
    readonly members: number;
  }
  /** Another change was ordered first: propose again what is still wanted. */
  | { readonly kind: "lost"; readonly intent: Intent }
  /** Something that cannot be read, nor silently dropped. */
  | {
    readonly kind: "unreadable";
    readonly what: "commit" | "message";
    readonly reason: UnreadableReason;
    /** The epoch it claims, when it was sealed by a holder of the secret. */
    readonly epoch: bigint | undefined;
  };

/** How a member wants to change the group. */
export type Intent =
  | { readonly kind: "join" }
  | { readonly kind: "rekey" }
  | { readonly kind: "remove"; readonly members: readonly Bytes[] };

/** Something that cannot be read: caught where it becomes an event. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";

  constructor(readonly reason: UnreadableReason) {
    super(UNREADABLE[reason]);
  }
}
