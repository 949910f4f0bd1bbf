import type { Bytes } from "../bytes.ts";
import type { Entry, LeaveReason } from "../protocol/entry.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { GoodbyeReason } from "../protocol/words.ts";

/** Stands for one connection or console; never used twice in a room's life. */
export type SessionId = number;

/** Who a session has proved to be. */
export interface ProvenIdentity {
  /** SHA-256 of the SSH key blob, 32 bytes. */
  readonly fingerprint: Bytes;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
}

/** What happens to a room. */
export type RoomEvent =
  /** A peer has proved who it is; it is not in the room before its `enter`. */
  | {
    readonly kind: "open";
    readonly session: SessionId;
    readonly identity: ProvenIdentity;
    /** The operator's own session: may bear a reserved name, and may kick. */
    readonly console: boolean;
  }
  /** A peer sent a message. */
  | {
    readonly kind: "message";
    readonly session: SessionId;
    readonly message: ClientMessage;
  }
  /** A session is over, for a reason that came from outside the room. */
  | {
    readonly kind: "close";
    readonly session: SessionId;
    readonly why: LeaveReason;
  }
  /** The operator ends every session of the member of that name. */
  | {
    readonly kind: "kick";
    readonly session: SessionId;
    readonly id: number;
    readonly name: string;
  }
  /** An identity may no longer be here: ends its sessions, in the room or not. */
  | { readonly kind: "expel"; readonly fingerprint: Bytes }
  /** The server stops: ends every session, without entries in the log. */
  | { readonly kind: "shutdown" };

/** What the caller must now do, in order. */
export type RoomEffect =
  /** Append to the room's log, which every admitted session reads. */
  | { readonly kind: "append"; readonly entry: Entry }
  /** Send to this session alone. */
  | {
    readonly kind: "reply";
    readonly session: SessionId;
    readonly message: ServerMessage;
  }
  /** From here on the session reads the log, beginning at its present end. */
  | { readonly kind: "admit"; readonly session: SessionId }
  /** Say goodbye and close: the room has already forgotten the session. */
  | {
    readonly kind: "end";
    readonly session: SessionId;
    readonly why: GoodbyeReason;
    readonly text: string;
  };
