import { tryParseName } from "./name.ts";
import type { Member, Room } from "./room_state.ts";

/** The member of that name, however it is capitalised, if it is present. */
export function memberNamed(raw: string, room: Room): Member | undefined {
  const name = tryParseName(raw);
  if (name === null) return undefined;
  const owner = room.guests.ownerOf(name);
  return owner === undefined ? undefined : room.members.get(owner);
}
