import type { Bytes } from "../bytes.ts";
import type {
  KeptEntry,
  LeaveReason,
  PassingEntry,
} from "../protocol/entry.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { GoodbyeReason } from "../protocol/words.ts";
import type { Sender } from "./history.ts";
import type { GroupClaim } from "./group.ts";
import type { Device, Room } from "./house.ts";
import type { Change } from "./registry.ts";

/** Stands for one connection or console; never used twice in a server's life. */
export type SessionId = number;

/** Who a session has proved to be. */
export interface ProvenIdentity {
  /** SHA-256 of the SSH key blob, 32 bytes. */
  readonly fingerprint: Bytes;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
}

/** What happens to a house. */
export type HouseEvent =
  /** A peer has proved who it is; it is in no room before its `enter`. */
  | {
    readonly kind: "open";
    readonly session: SessionId;
    readonly identity: ProvenIdentity;
    /** Where it is connected from; empty for the console. */
    readonly address: string;
    /** Whether it may be here without an invitation. */
    readonly authorized: boolean;
    /** The server's own session: an owner, and may bear a reserved name. */
    readonly console: boolean;
  }
  /** A peer sent a message. */
  | {
    readonly kind: "message";
    readonly session: SessionId;
    readonly message: ClientMessage;
  }
  /** A peer sent `rotate`, entered or not, and its signatures were checked. */
  | {
    readonly kind: "rotate";
    readonly session: SessionId;
    readonly id: number;
    /** The next identity of the same person; null when the check failed. */
    readonly next: ProvenIdentity | null;
    /** Whether a list admits it, so that the next one is admitted in its place. */
    readonly listed: boolean;
  }
  /** The server itself had another key when it was here before. */
  | {
    readonly kind: "succeed";
    /** Fingerprints of that key and of its own. */
    readonly previous: Bytes;
    readonly next: Bytes;
  }
  /** A session is over, for a reason that came from outside. */
  | {
    readonly kind: "close";
    readonly session: SessionId;
    readonly why: LeaveReason;
  }
  /** An identity may no longer be here: ends its sessions. */
  | { readonly kind: "expel"; readonly fingerprint: Bytes }
  /** The server stops: ends every session, without entries in the log. */
  | {
    readonly kind: "shutdown";
    /** Whether it will be back, so that clients come again. */
    readonly restart: boolean;
  };

/** Without what its place in the log decides. */
type Unplaced<E> = E extends unknown ? Omit<E, "room" | "seq"> : never;

/** What the caller must now do, in order. */
export type Effect =
  /** Keep it in the log of a room, and acknowledge it to its sender. */
  | {
    readonly kind: "append";
    readonly room: Room;
    readonly entry: Unplaced<KeptEntry>;
    /**
     * Whether it has to be stored, with the changes that come with it, as soon as
     * that can be: it tells what has happened already.
     */
    readonly insist?: boolean;
    /** Whom to answer, under which number; nobody when the server itself acts. */
    readonly by?: { readonly session: SessionId; readonly id: number };
    /** What the sender calls it: stored once however often it comes. */
    readonly sent?: {
      readonly sender: Sender;
      readonly device: Device;
      readonly number: number;
    };
    /** What the group of its room has to be; else it is refused. */
    readonly claim?: GroupClaim;
  }
  /** Tell everybody who follows a room now, and nobody later. */
  | {
    readonly kind: "pass";
    readonly room: Room;
    readonly entry: Unplaced<PassingEntry>;
  }
  /** Send to this session alone. */
  | {
    readonly kind: "reply";
    readonly session: SessionId;
    readonly message: ServerMessage;
  }
  /** Remember it; when that fails it is tried again with what comes next. */
  | { readonly kind: "save"; readonly change: Change }
  /** From here on the session reads a room; answered with `following`. */
  | {
    readonly kind: "follow";
    readonly session: SessionId;
    readonly id: number;
    readonly room: Room;
    /** The newest entry that it has; null when it is new. */
    readonly after: number | null;
    /** It is entitled to what follows this entry. */
    readonly floor: number;
    /** How far others have got in a room of two. */
    readonly marks: readonly Extract<
      Unplaced<PassingEntry>,
      { readonly kind: "marks" }
    >[];
  }
  /** The session reads a room no more. */
  | {
    readonly kind: "unfollow";
    readonly session: SessionId;
    readonly room: number;
  }
  /** Say goodbye and close: the house has already forgotten the session. */
  | {
    readonly kind: "end";
    readonly session: SessionId;
    readonly why: GoodbyeReason;
    readonly text: string;
  };
