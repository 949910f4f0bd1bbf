import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";

/**
 * A room's name for programs: `dev`, or `@bob` for the room of us and Bob; one
 * that we know nothing of is `?` and its number. Not safe for a terminal.
 */
export function roomName(
  room: number,
  info: Pick<JoinedRoomInfo, "type" | "name"> | undefined,
): string {
  if (info === undefined) return room === LOBBY ? "lobby" : `?${room}`;
  return info.type === "direct" ? `@${info.name}` : info.name;
}
