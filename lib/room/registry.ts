import type { SanctionKind } from "../protocol/words.ts";

/**
 * What a server remembers besides the logs of its rooms: who belongs where, who
 * may what, and whom it invited. All of it is read once, at the start, and then
 * changed by `Change`s, which a history stores in the transaction that appends
 * entries, or on their own.
 */

/** Invitations that may be open at a time. */
export const MAX_INVITATIONS = 1_000;
/** Addresses of the server that are remembered. */
export const MAX_ADDRESSES = 16;

/** What may be done with a whole server; a member has none of these. */
export const ROLES = ["owner", "operator"] as const;

/** One of {@linkcode ROLES}. */
export type Role = typeof ROLES[number];

/** A name and the identity it belongs to. */
export interface OwnedName {
  /** Fingerprint of the identity, 32 bytes. An identity has one name. */
  readonly owner: Uint8Array;
  /** As it is shown. */
  readonly shown: string;
  /** The same for names that count as one; unique. */
  readonly form: string;
  /** When its owner was last here: milliseconds since the epoch. */
  readonly seen: number;
}

/** Somebody belongs to a room, and gets what is said there from a point on. */
export interface RoomMember {
  readonly room: number;
  /** Fingerprint of the identity, 32 bytes. */
  readonly owner: Uint8Array;
  /** The newest entry of the room when it came: it is entitled to all after it. */
  readonly since: number;
  /** The newest entry that reached one of its devices; 0 before the first. */
  readonly delivered: number;
  /** The newest entry that was shown on one of them; 0 before the first. */
  readonly read: number;
}

/** An identity that may do more than others. */
export interface RoleHolder {
  /** Fingerprint of the identity, 32 bytes. */
  readonly owner: Uint8Array;
  readonly role: Role;
}

/** A mute or a ban; there is at most one of each kind for a subject. */
export interface Sanction {
  readonly kind: SanctionKind;
  /** A fingerprint as `SHA256:...`, or an IP address. */
  readonly subject: string;
  /** What the subject was called then; empty for an address. */
  readonly name: string;
  /** Who decided it: a name; empty for a key that its own owner replaced. */
  readonly by: string;
  /** When: server time in milliseconds since the epoch. */
  readonly at: number;
  /** When it ends, likewise; `null` when it does not. */
  readonly until: number | null;
}

/** A link that admits one new identity to a closed server. */
export interface Invitation {
  /** SHA-256 of its secret, 32 bytes: the secret itself is not stored. */
  readonly digest: Uint8Array;
  /** Who made it: a name. */
  readonly by: string;
  /** When it was made: milliseconds since the epoch. */
  readonly at: number;
  /** When it expires, likewise. */
  readonly until: number;
}

/** Somebody comes with the secret of an invitation. */
export interface Redemption {
  /** As {@linkcode Invitation} has it. */
  readonly digest: Uint8Array;
  /** Fingerprint of the identity, 32 bytes. */
  readonly owner: Uint8Array;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/** An identity that an invitation, or a rotated key, has admitted. */
export interface Admission {
  /** Fingerprint of the identity, 32 bytes. */
  readonly owner: Uint8Array;
  readonly at: number;
}

/** One thing to remember or to forget; each may be repeated without harm. */
export type Change =
  | { readonly kind: "name"; readonly name: OwnedName }
  /** Forgets the name of an identity, if it has one, and its sealing key. */
  | { readonly kind: "forget name"; readonly owner: Uint8Array }
  | { readonly kind: "member"; readonly member: RoomMember }
  | {
    readonly kind: "forget member";
    readonly room: number;
    readonly owner: Uint8Array;
  }
  | {
    readonly kind: "role";
    readonly owner: Uint8Array;
    /** `null` takes it away. */
    readonly role: Role | null;
  }
  | { readonly kind: "sanction"; readonly sanction: Sanction }
  | {
    readonly kind: "lift";
    readonly of: SanctionKind;
    readonly subject: string;
  }
  /** Lets an identity in, also where a list names those who may enter. */
  | { readonly kind: "admit"; readonly admission: Admission }
  | { readonly kind: "expel"; readonly owner: Uint8Array }
  /**
   * What the devices of an identity have sent counts as sent by the next one,
   * but for devices under whose number that has sent something itself.
   */
  | {
    readonly kind: "hand over";
    readonly owner: Uint8Array;
    readonly next: Uint8Array;
  }
  /** The newest key of its sealings, signed by itself: at most one for each. */
  | {
    readonly kind: "sealing key";
    readonly owner: Uint8Array;
    readonly key: Uint8Array;
  }
  /** A better GroupInfo, if the group is still at that turn. */
  | {
    readonly kind: "group info";
    readonly room: number;
    /** Which group, 32 bytes. */
    readonly group: Uint8Array;
    readonly turn: number;
    readonly info: Uint8Array;
  }
  /** A room is gone, with its log and its members; no number is used twice. */
  | { readonly kind: "remove room"; readonly room: number }
  /** A room that exists is found under another form, which must be new. */
  | {
    readonly kind: "room";
    readonly room: number;
    readonly form: string;
    readonly creator: Uint8Array | null;
  };

/** A change of what a registry has, and not of logs and rooms. */
export type RegistryChange = Exclude<
  Change,
  { readonly kind: "hand over" | "room" | "remove room" | "group info" }
>;

/** What is remembered, as it is read at the start. */
export interface RegistryReader {
  /** Random, 16 bytes: another one means that the logs are others. */
  readonly logId: Uint8Array;
  /** Of those gone longest first. */
  names(): Iterable<OwnedName>;
  members(): Iterable<RoomMember>;
  roles(): Iterable<RoleHolder>;
  sanctions(): Iterable<Sanction>;
  admissions(): Iterable<Admission>;
  /** The sealing key of an identity, as it published it. */
  sealingKey(owner: Uint8Array): Uint8Array | undefined;
  /** Where the server was to be reached when it last said so, best first. */
  addresses(): readonly string[];
}

/** Invitations: looked up each time, as another process may make them. */
export interface Invitations {
  /**
   * Keeps an invitation, and forgets those that have expired when it was made.
   * Its digest must be new.
   *
   * @throws {ChatError} `CHAT_FULL` when {@linkcode MAX_INVITATIONS} are open.
   */
  invite(invitation: Invitation): void;

  /** Whether one could be redeemed at the time `at`. */
  hasInvitations(at: number): boolean;

  /**
   * Redeems an invitation for one identity and admits it, both or neither. The
   * same identity may do so again, as it may not have heard of its success; but
   * once it is expelled, that does not bring it back.
   *
   * @returns Whether the identity is admitted by it: `false` when there is none
   * of that digest, it has expired, or another identity was first.
   */
  redeem(redemption: Redemption): boolean;
}
