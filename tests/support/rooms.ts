import type { Author } from "../../lib/protocol/entry.ts";
import type { JoinedRoomInfo } from "../../lib/room/conversation.ts";

/** A room that anybody may join. */
export function openRoom(
  room: number,
  name: string,
  topic = "",
): JoinedRoomInfo {
  return { room, type: "open", name, topic, peer: null, group: null };
}

/** A room of just us and somebody, in which nothing was said yet. */
export function directRoom(room: number, other: Author): JoinedRoomInfo {
  const { name, fingerprint: peer } = other;
  return { room, type: "direct", name, topic: "", peer, group: null };
}

/** A room of those who hold its secret. */
export function sealedRoom(
  room: number,
  name: string,
  topic = "",
): JoinedRoomInfo {
  const group = new Uint8Array(32).fill(room);
  return { room, type: "sealed", name, topic, peer: null, group };
}
