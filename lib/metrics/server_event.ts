import type { ErrorCode } from "../errors.ts";
import type { Verb } from "../protocol/entry.ts";

/** Somebody: a name and the identity that owns it. */
interface Person {
  /** Text of a peer: what writes it down sanitises it. */
  readonly name: string;
  /** SHA-256 of the SSH key blob of the identity, 32 bytes. */
  readonly fingerprint: Uint8Array;
}

/**
 * What a server tells its operator about. Never what members say, but as they
 * sealed it, and no secret: no secret of an invitation, no key. docs/operation.md, "Logs", lists all.
 */
export type ServerEvent =
  /** An identity is there; its further devices are not told. */
  | Person & { readonly kind: "entered"; readonly address: string }
  /** The last device of an identity is gone. */
  | Person & { readonly kind: "left"; readonly why: string }
  /** Somebody made an open room. Rooms of two are their members' own matter. */
  | Person & {
    readonly kind: "room_created";
    readonly room: number;
    /** As it is shown; text of a peer. */
    readonly roomName: string;
  }
  /** A moderator did something to somebody, or to an address. */
  | Person & {
    readonly kind: "moderated";
    readonly verb: Verb;
    /** A name, or an address. */
    readonly subject: string;
    /** Fingerprint of the subject, if it is an identity. */
    readonly target: Uint8Array | null;
    /** When it ends, in milliseconds since the epoch; `null` when it does not. */
    readonly until: number | null;
  }
  /** Somebody made an invitation. */
  | Person & {
    readonly kind: "invitation_made";
    /** When it expires, in milliseconds since the epoch. */
    readonly until: number;
  }
  /** Somebody has another key from now on. */
  | Person & {
    readonly kind: "renewed";
    /** The fingerprint that it has now, 32 bytes. */
    readonly next: Uint8Array;
  }
  /** An identity was admitted by an invitation; it may not have a name yet. */
  | {
    readonly kind: "invitation_redeemed";
    readonly fingerprint: Uint8Array;
    readonly address: string;
  }
  /** Somebody came with an invitation that does not admit it. */
  | {
    readonly kind: "invitation_refused";
    readonly fingerprint: Uint8Array;
    readonly address: string;
  }
  /** A sealed message was stored; told only where that is asked for. */
  | {
    readonly kind: "relayed";
    /** The first 8 hex digits of the group that its room is sealed for. */
    readonly group: string;
    /** Its place in the log of the room. */
    readonly seq: number;
    /** How long it is. */
    readonly bytes: number;
    /** Its first 32 bytes in hex. */
    readonly start: string;
  }
  /** The history is full: told when it fills up, not for every refusal. */
  | { readonly kind: "store_full"; readonly message: string }
  /** The history cannot be written: told when it begins. */
  | {
    readonly kind: "store_failed";
    readonly code: ErrorCode;
    readonly message: string;
  }
  /** The history takes messages again, after `store_full` or `store_failed`. */
  | { readonly kind: "store_recovered" };
