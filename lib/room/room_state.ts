import type { Bytes } from "../bytes.ts";
import { Allowance } from "./allowance.ts";
import type { Budget } from "./budget.ts";
import { Guestbook } from "./guestbook.ts";
import type { ProvenIdentity, SessionId } from "./room_event.ts";
import { type RoomLimits, roomLimits } from "./room_limits.ts";
import { Strangers } from "./strangers.ts";

/** What a room is called and how it begins. */
export interface RoomSettings {
  /** Number of the room; the lobby is 0. */
  readonly number: number;
  /** At most `MAX_NAME_BYTES`. */
  readonly name: string;
  /** The server's display name, at most `MAX_NAME_BYTES`. */
  readonly serverName: string;
  /** Shown to everyone who enters, at most `MAX_MOTD_BYTES`. */
  readonly motd: string;
  /** The newest entry its log already has; 0 when it has none. */
  readonly seq?: number;
  /** What differs from `DEFAULT_ROOM_LIMITS`. */
  readonly limits?: Partial<RoomLimits>;
}

/** One proven connection or console; `member` is null until it has entered. */
export interface Session {
  readonly id: SessionId;
  /** The identity as a string: its fingerprint in hex. */
  readonly owner: string;
  readonly identity: ProvenIdentity;
  readonly console: boolean;
  /** Names it has tried. */
  nameAttempts: number;
  /** The number of its newest request; -1 before the first. */
  lastRequest: number;
  member: Member | null;
}

/** One identity in the room, with at least one session. */
export interface Member {
  readonly name: string;
  readonly fingerprint: Bytes;
  readonly publicKey: Bytes;
  /** When it entered, in milliseconds since the epoch. */
  readonly since: number;
  readonly budget: Budget;
  readonly sessions: Set<Session>;
}

/**
 * The state of one room. Only `step` changes it, and does so in place: to say
 * something must cost the same however many are present. Others may read it.
 */
export interface Room {
  readonly settings: RoomSettings;
  readonly limits: RoomLimits;
  readonly guests: Guestbook;
  readonly strangers: Strangers;
  /** What all members together may still add to the log. */
  readonly allowance: Allowance;
  readonly sessions: Map<SessionId, Session>;
  /** By owner, in order of entry. */
  readonly members: Map<string, Member>;
  /** Number of the newest entry; 0 before the first. */
  seq: number;
}

/** @throws {RangeError} when a limit is not a finite number above 0. */
export function createRoom(settings: RoomSettings): Room {
  const limits = roomLimits(settings.limits);
  return {
    settings,
    limits,
    guests: new Guestbook(limits.absentNames),
    strangers: new Strangers(limits),
    allowance: new Allowance({
      messagesPerSecond: limits.roomMessagesPerSecond,
      messageBurst: limits.roomMessageBurst,
      bytesPerSecond: limits.roomBytesPerSecond,
      byteBurst: limits.roomByteBurst,
    }, 0),
    sessions: new Map(),
    members: new Map(),
    seq: settings.seq ?? 0,
  };
}
