import { ChatError } from "../errors.ts";
import type { RoomKind } from "../protocol/words.ts";
import { removeRoom, unbelong } from "./belonging.ts";
import type { House, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";

/** Entries that a room may have to be removed: more would take too long. */
export const MAX_REMOVED_ENTRIES = 1_000;

/** How many rooms there are of a kind. */
export function countRooms(kind: RoomKind, house: House): number {
  let count = 0;
  for (const { type } of house.rooms.values()) if (type === kind) count += 1;
  return count;
}

/** Open and sealed rooms that somebody has made and that are in use. */
export function countMade(owner: string, house: House): number {
  let count = 0;
  for (const { type, creator, members } of house.rooms.values()) {
    if (type !== "direct" && creator === owner && members.size > 0) count += 1;
  }
  return count;
}

/**
 * Makes space for one more room of a kind; open and sealed ones have theirs in
 * common. When there are as many as there may be, one that nobody belongs to goes,
 * the one in which least was said; a room of two also when just one is left in it,
 * who is told. Costs a look at each room, as one may ask for it without end.
 *
 * @returns What that takes, or why there is no space.
 * @throws {ChatError} As `History.append`.
 */
export function makeSpace(
  kind: RoomKind,
  house: House,
): readonly Effect[] | string {
  const max = kind === "direct" ? house.limits.directRooms : house.limits.rooms;
  const count = kind === "direct"
    ? countRooms(kind, house)
    : countRooms("open", house) + countRooms("sealed", house);
  if (count < max) return [];
  const abandoned = quietest(kind, house);
  if (abandoned === undefined) return `Cannot make room: there are ${count}`;
  removeRoom(abandoned, house);
  return [...abandoned.members.keys()].flatMap((owner) => [
    unbelong(owner, abandoned, house),
    ...takeOut(owner, abandoned, house),
  ]);
}

/** Tells every session of somebody that it belongs to a room no more. */
export function takeOut(
  owner: string,
  { number }: Room,
  house: House,
): readonly Effect[] {
  const effects: Effect[] = [];
  for (const session of house.people.get(owner)?.sessions ?? []) {
    session.follows.delete(number);
    const to = { session: session.id };
    effects.push(
      { kind: "unfollow", ...to, room: number },
      { kind: "reply", ...to, message: { kind: "parted", room: number } },
    );
  }
  return effects;
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

/** Rooms of which it is looked up how much of them is kept: more would take too long. */
const MAX_LOOKED_UP = 64;

/**
 * The one in which least was said. A history is asked only where more was said
 * than may be removed, as some of it may not be kept any more.
 */
function quietest(kind: RoomKind, house: House): Room | undefined {
  const most = kind === "direct" ? 1 : 0;
  const abandoned = [...house.rooms.values()].filter((room) =>
    (room.type === "direct") === (kind === "direct") && room.number !== 0 &&
    room.members.size <= most && room.pending === 0
  ).sort((a, b) => a.seq - b.seq);
  return abandoned.slice(0, MAX_LOOKED_UP)
    .find((room) => keptOf(room, house) <= MAX_REMOVED_ENTRIES);
}

/** How many entries of a room are to be removed with it, at most. */
function keptOf({ number, seq }: Room, house: House): number {
  if (seq <= MAX_REMOVED_ENTRIES) return seq;
  const { firstSeq = 1 } = house.settings.history.room(number) ?? {};
  return seq + 1 - firstSeq;
}
