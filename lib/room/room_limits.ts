/** What a house and its rooms take; all finite and above 0. */
export interface RoomLimits {
  /** Open rooms, the lobby among them. */
  readonly rooms: number;
  /** Direct rooms. */
  readonly directRooms: number;
  /** Identities that belong to a room, online or not; the lobby has no bound. */
  readonly roomMembers: number;
  /** Open rooms that one identity may belong to. */
  readonly roomsPerIdentity: number;
  /** Open rooms that one identity has made and that are still there. */
  readonly roomsMadePerIdentity: number;
  /** Direct rooms that one identity may belong to, whoever began them. */
  readonly directPerIdentity: number;
  /** Identities present at a time. */
  readonly members: number;
  /** Sessions that one identity may have open at a time. */
  readonly sessionsPerIdentity: number;
  /** Names of identities that are not present, kept for their return. */
  readonly absentNames: number;
  /** Names one session may try before it is ended. */
  readonly nameAttempts: number;
  /** Requests an identity may send per second in the long run. */
  readonly messagesPerSecond: number;
  /** Requests an identity may send at once after a rest. */
  readonly messageBurst: number;
  /** Text in UTF-8 that an identity may send per second in the long run. */
  readonly bytesPerSecond: number;
  /** Text in UTF-8 that an identity may send at once after a rest. */
  readonly byteBurst: number;
  /** Entries that all members may cause per second in the long run. */
  readonly roomMessagesPerSecond: number;
  /** Entries that all members may cause at once after a rest. */
  readonly roomMessageBurst: number;
  /** Text in UTF-8 that all members may say per second in the long run. */
  readonly roomBytesPerSecond: number;
  /** Text in UTF-8 that all members may say at once after a rest. */
  readonly roomByteBurst: number;
  /** Requests refused for their rate, more than accepted ones make up for, that end a session. */
  readonly refusals: number;
}

/**
 * Ample for people and polite bots. What all may say at once is a
 * small part of the tails, or many new identities could push readers off them.
 */
export const DEFAULT_ROOM_LIMITS: RoomLimits = {
  rooms: 1_000,
  directRooms: 10_000,
  roomMembers: 10_000,
  roomsPerIdentity: 64,
  roomsMadePerIdentity: 16,
  directPerIdentity: 256,
  members: 2_048,
  sessionsPerIdentity: 4,
  absentNames: 10_000,
  nameAttempts: 10,
  messagesPerSecond: 10,
  messageBurst: 50,
  bytesPerSecond: 32_768,
  byteBurst: 131_072,
  roomMessagesPerSecond: 2_000,
  roomMessageBurst: 4_000,
  roomBytesPerSecond: 262_144,
  roomByteBurst: 1_048_576,
  refusals: 100,
};

/**
 * Fills the gaps of `limits` with the defaults.
 *
 * @throws {RangeError} when one is not a finite number above 0.
 */
export function roomLimits(limits: Partial<RoomLimits> = {}): RoomLimits {
  const all = { ...DEFAULT_ROOM_LIMITS, ...limits };
  for (const [name, limit] of Object.entries(all)) {
    if (!Number.isFinite(limit) || limit <= 0) {
      throw new RangeError(`Cannot limit ${name} to ${limit}`);
    }
  }
  return all;
}
