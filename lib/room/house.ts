import type { Bytes } from "../bytes.ts";
import type { RoomKind } from "../protocol/words.ts";
import { Allowance } from "./allowance.ts";
import type { Budget } from "./budget.ts";
import type { Group } from "./group.ts";
import { Guestbook } from "./guestbook.ts";
import type { History, Sender } from "./history.ts";
import type { ProvenIdentity, SessionId } from "./house_event.ts";
import type { Role, Sanction } from "./registry.ts";
import { type RoomLimits, roomLimits } from "./room_limits.ts";
import { Strangers } from "./strangers.ts";

/** How a house presents itself, and what it is built upon. */
export interface HouseSettings {
  /** The server's display name, at most `MAX_NAME_BYTES`. */
  readonly serverName: string;
  /** Shown to everyone who enters, at most `MAX_MOTD_BYTES`. */
  readonly motd: string;
  /** What it remembers; read once, then written. */
  readonly history: History;
  /** Entries before its coming that somebody new in a room may read. */
  readonly newcomerLines?: number;
  /** Fingerprints in hex of those who are owners whatever is stored. */
  readonly owners?: readonly string[];
  /** What differs from `DEFAULT_ROOM_LIMITS`. */
  readonly limits?: Partial<RoomLimits>;
  /** SHA-256 of an invitation's secret. */
  readonly digest: (secret: Bytes) => Bytes;
  /** Random bytes, for invitations. */
  readonly random: (size: number) => Bytes;
  /** Takes messages as members get them apart: entries, one after another. */
  readonly unframe: (messages: Uint8Array) => Bytes;
}

/** Lines that somebody new in a room is given, unless told otherwise. */
export const DEFAULT_NEWCOMER_LINES = 50;

/**
 * What one device has sent, as long as a session of it is open or something of it
 * is to be stored: whoever comes again at once must find what is on its way.
 */
export interface Device {
  /** The largest number it has used. */
  last: number;
  /** Sessions that use it. */
  sessions: number;
  /** Messages of it that are to be stored and are not yet. */
  pending: number;
}

/** One proven connection or console; `person` is null until it has entered. */
export interface Session {
  readonly id: SessionId;
  /** The identity as a string: its fingerprint in hex. */
  readonly owner: string;
  readonly identity: ProvenIdentity;
  readonly address: string;
  readonly authorized: boolean;
  readonly console: boolean;
  /** Names it has tried, and rotations. */
  nameAttempts: number;
  /** The number of its newest request; -1 before the first. */
  lastRequest: number;
  /**
   * A message of its own that was refused for its rate: nothing later is taken
   * before it comes again, so that its order stays, or before the time `until`, by
   * when its sender has given it up. `behind` counts what came.
   */
  blocked: {
    readonly number: number;
    readonly until: number;
    behind: number;
  } | null;
  /** Who sends, and what it has sent; null until it has entered. */
  sender: Sender | null;
  device: Device | null;
  person: Person | null;
  /** Numbers of the rooms it reads. */
  readonly follows: Set<number>;
}

/** One identity that is online, with at least one session. */
export interface Person {
  /** Its fingerprint in hex. */
  readonly owner: string;
  readonly name: string;
  readonly fingerprint: Bytes;
  readonly publicKey: Bytes;
  /** When it came online, in milliseconds since the epoch. */
  readonly since: number;
  readonly budget: Budget;
  readonly sessions: Set<Session>;
  /** When it last was told that it types, by room; at most of its rooms. */
  readonly typed: Map<number, number>;
}

/** Somebody's place in a room, online or not. */
export interface Place {
  /** The newest entry when it came. */
  readonly since: number;
  /** How far its devices have got; counted in direct rooms only. */
  delivered: number;
  read: number;
}

/** One room. */
export interface Room {
  /** The lobby is 0. */
  readonly number: number;
  readonly type: RoomKind;
  /** Empty for a sealed room, and a direct one, called by its other member. */
  readonly name: string;
  /** What its name is compared by. */
  form: string;
  /** Who made it, in hex; null for the lobby. */
  creator: string | null;
  topic: string;
  /** Number of the newest entry that is stored; 0 before the first. */
  seq: number;
  /** Of a sealed or direct room: the group that is stored; null for none. */
  group: Group | null;
  /** Entries that are to be stored and are not yet. */
  pending: number;
  /** By owner. */
  readonly members: Map<string, Place>;
  /** Members that are online, by owner, in order of entry. */
  readonly present: Map<string, Person>;
}

/**
 * The state of one server: its people, its rooms and who may what. Only `step`
 * changes it, and does so in place: to say something must cost the same however
 * many are present. Others may read it.
 */
export interface House {
  readonly settings: HouseSettings;
  readonly limits: RoomLimits;
  readonly guests: Guestbook;
  readonly strangers: Strangers;
  /** What all members together may still add to the logs. */
  readonly allowance: Allowance;
  readonly sessions: Map<SessionId, Session>;
  /** By owner, in order of entry. */
  readonly people: Map<string, Person>;
  /** By identity and device: `deviceKey`. */
  readonly devices: Map<string, Device>;
  readonly rooms: Map<number, Room>;
  /** Rooms by the form of their name. */
  readonly forms: Map<string, Room>;
  /** Look-alikes of names of open rooms, and whose they are. */
  readonly looks: Map<string, Room>;
  /** Rooms of each owner, online or not. */
  readonly belongings: Map<string, Set<Room>>;
  /** By owner. */
  readonly roles: Map<string, Role>;
  /** By kind and subject. */
  readonly sanctions: Map<string, Sanction>;
  /** Owners that are admitted besides those who are authorized. */
  readonly admitted: Set<string>;
}

/**
 * Builds a house upon what its history remembers.
 *
 * @throws {RangeError} when a limit is not a finite number above 0.
 */
export function emptyHouse(settings: HouseSettings): House {
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
    people: new Map(),
    devices: new Map(),
    rooms: new Map(),
    forms: new Map(),
    looks: new Map(),
    belongings: new Map(),
    roles: new Map(),
    sanctions: new Map(),
    admitted: new Set(),
  };
}
