import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";
import { SIGNS } from "./room_label.ts";

/** What no name may begin with: programs tell kinds of rooms by it. */
const MISLEADING = /^[#&@?~]+/;

/**
 * A room's name for programs: `dev`, `&plans` for a sealed room, `@bob` for the
 * room of us and Bob; one that we know nothing of is `?` and its number. Not safe
 * for a terminal.
 */
export function roomName(
  room: number,
  info: Pick<JoinedRoomInfo, "type" | "name"> | undefined,
): string {
  if (info === undefined) return room === LOBBY ? "lobby" : `?${room}`;
  const name = info.name.replace(MISLEADING, "") || `?${room}`;
  return info.type === "open" ? name : SIGNS[info.type] + name;
}
