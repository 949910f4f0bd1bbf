import type { Bytes } from "../bytes.ts";
import type { Author } from "../protocol/entry.ts";
import type { JoinedRoomInfo } from "./conversation.ts";

/** Where this device stands with a sealed or direct room. */
export type SealedPhase =
  /** A direct room in which nothing was said yet: the first message begins it. */
  | "unborn"
  /** Asks for the keys, and waits for the server to order that. */
  | "joining"
  /** In a direct room, the other has not taken its keys yet: what we say waits. */
  | "waiting"
  /** Has keys, and reads what it missed: what we say waits. */
  | "catching_up"
  /** Has the current keys. */
  | "member"
  /** Was removed by a member. */
  | "excluded"
  /** An old backup was restored, or the log was another one: `/resync` helps. */
  | "stale"
  /** Has no keys for it; `why` tells what to do. */
  | "keyless";

/** How things stand in a sealed or direct room. */
export interface SealedStatus {
  readonly phase: SealedPhase;
  /** What to know or do about it, in words of this program; else empty. */
  readonly why: string;
  /** Counts the changes of keys; `null` without keys. */
  readonly epoch: bigint | null;
  /** 30 digits that all members have alike: compare them to rule out a fork. */
  readonly digits: string | null;
  /**
   * Members under whose name another identity was verified: nothing is sent
   * before that is resolved. Text of peers, so sanitise their names.
   */
  readonly changed: readonly Author[];
}

/** A member of the group of a sealed or direct room. */
export interface SealedPerson extends Author {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
}

/** Something said before, that a member shares with all who are there now. */
export interface SharedLine extends Author {
  readonly kind: "said" | "did";
  /** Server time in milliseconds since the epoch, as the one who shares has it. */
  readonly at: number;
  readonly text: string;
}

/** What happens to the keys of a sealed or direct room. */
export type SealedChange =
  /** This device has the keys from here on, as one of so many members. */
  | { readonly kind: "entered"; readonly members: number }
  | { readonly kind: "joined"; readonly member: Author }
  /** A member took the current keys again, maybe on another device. */
  | {
    readonly kind: "rejoined";
    readonly member: Author;
    /** What it was called before. */
    readonly before: Author;
  }
  /** Said that it goes, and was taken out. */
  | { readonly kind: "left"; readonly member: Author; readonly by: Author }
  | { readonly kind: "removed"; readonly member: Author; readonly by: Author }
  | { readonly kind: "rekeyed"; readonly by: Author }
  /** We were removed. */
  | { readonly kind: "excluded"; readonly by: Author }
  /** A direct room has begun anew, with fresh keys; `null` for us. */
  | { readonly kind: "restarted"; readonly by: Author | null }
  /** A member shares what was said before: what others said is its word alone. */
  | {
    readonly kind: "shared";
    readonly by: Author;
    readonly lines: readonly SharedLine[];
  }
  /** So many messages of a member were not delivered; more may be told later. */
  | {
    readonly kind: "missing";
    readonly member: Author;
    readonly count: number;
  }
  /** Something could not be read. */
  | {
    readonly kind: "unreadable";
    readonly what: "message" | "commit";
    /** A stable word, such as `forged`. */
    readonly reason: string;
    /** What it means and what helps, in words of this program. */
    readonly text: string;
  }
  /**
   * The server put something here that is not sealed: anybody could have written
   * it, so its text is not shown.
   */
  | { readonly kind: "unsealed"; readonly author: Author };

/** A change, and where it stands in the log of its room. */
export interface SealedNews {
  readonly kind: "sealed";
  readonly room: number;
  /** Number of the entry it came with; 0 when it came with none. */
  readonly entry: number;
  /** Server time of it, in milliseconds since the epoch. */
  readonly at: number;
  readonly change: SealedChange;
}

/**
 * What concerns only rooms that the server cannot read. Everything rejects with
 * `ChatError`: the refusals of the server, `CHAT_CONNECTION_CUT`, the codes that
 * begin with `CHAT_SEAL`, and what keeping state throws.
 */
export interface SealedRooms {
  /** Why this program has no keys of any room; left out where it may have some. */
  readonly unavailable?: string;
  /** Makes a sealed room, of us alone. The name may be one that others have. */
  create(name: string): Promise<JoinedRoomInfo>;
  /**
   * Joins the room of a secret, 32 bytes; resolves when the server takes us in,
   * which is before we have keys.
   *
   * @param name What to call it until its own name is known.
   */
  join(name: string, secret: Bytes): Promise<JoinedRoomInfo>;
  /**
   * Secrets of sealed rooms of this name whose keys are kept here, though we do not
   * belong to them: the server has taken us out, or has lost them. `join` asks to be
   * taken in again.
   */
  known(name: string): readonly Bytes[];
  /** The secret of a sealed room, for its link; `undefined` for any other. */
  secret(room: number): Bytes | undefined;
  /** `undefined` for an open room, or one that we do not belong to. */
  status(room: number): SealedStatus | undefined;
  /** Who has the keys, in no order; empty while we have none. */
  people(room: number): Promise<readonly SealedPerson[]>;
  /** Takes somebody out, so that it can read nothing that is said from then on. */
  remove(room: number, subject: string): Promise<void>;
  /** Gives the room fresh keys; resolves when they are in force. */
  rekey(room: number): Promise<void>;
  /** Takes the current keys again, with fresh ones of ours. */
  resync(room: number): Promise<void>;
  /**
   * Shares the newest lines that were said, with whoever is in the room now.
   *
   * @returns How many that were.
   */
  share(room: number, count: number): Promise<number>;
}
