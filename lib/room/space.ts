import { ChatError } from "../errors.ts";
import type { RoomKind } from "../protocol/words.ts";
import { removeRoom } from "./belonging.ts";
import type { House, Room } from "./house.ts";

/** Entries that a room may have to be removed: more would take too long. */
export const MAX_REMOVED_ENTRIES = 1_000;

/** How many rooms there are of a kind. */
export function countRooms(kind: RoomKind, house: House): number {
  let count = 0;
  for (const { type } of house.rooms.values()) if (type === kind) count += 1;
  return count;
}

/** Open rooms that somebody has made and that are in use. */
export function countMade(owner: string, house: House): number {
  let count = 0;
  for (const { type, creator, members } of house.rooms.values()) {
    if (type === "open" && creator === owner && members.size > 0) count += 1;
  }
  return count;
}

/**
 * Makes space for one more room of a kind. When there are as many as there may
 * be, one that nobody belongs to goes, the one with the shortest log.
 *
 * @returns Why there is no space, or null.
 * @throws {ChatError} As `History.append`.
 */
export function makeSpace(kind: RoomKind, house: House): string | null {
  const max = kind === "open" ? house.limits.rooms : house.limits.directRooms;
  const count = countRooms(kind, house);
  if (count < max) return null;
  const abandoned = shortest(kind, house);
  if (abandoned === undefined) return `Cannot make room: there are ${count}`;
  removeRoom(abandoned, house);
  return null;
}

/** Lets a room go in which nothing was said and to which nobody belongs. */
export function removeUnused(room: Room, house: House): void {
  if (room.members.size > 0 || room.seq > 0 || room.pending > 0) return;
  try {
    removeRoom(room, house);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // It stays, and goes when its place is needed.
  }
}

/** Asked room by room, a history of thousands would take seconds. */
function shortest(kind: RoomKind, house: House): Room | undefined {
  let found: Room | undefined;
  let least = MAX_REMOVED_ENTRIES + 1;
  for (const { number, firstSeq, seq } of house.settings.history.rooms()) {
    const room = house.rooms.get(number);
    const isAbandoned = number !== 0 && room?.type === kind &&
      room.members.size === 0 && room.pending === 0;
    const kept = seq + 1 - firstSeq;
    if (isAbandoned && kept < least) [found, least] = [room, kept];
  }
  return found;
}
