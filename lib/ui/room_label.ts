import { MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import type { RoomKind } from "../protocol/words.ts";
import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";
import { sanitizeLine } from "./sanitize.ts";
import { graphemes } from "./width.ts";

/** What a label is made of. */
export type Labelled = Pick<JoinedRoomInfo, "room" | "type" | "name">;

/** What a label begins with: it tells who can read the room. */
export const SIGNS: Readonly<Record<RoomKind, string>> = {
  open: "#",
  sealed: "&",
  direct: "@",
};

/** Whether a text begins as a label does. */
export const SIGNED = /^[#&@]/;

/**
 * How a room is called on the screen: `#dev`, `&plans` when the server cannot
 * read it, `@bob` when it is just us and Bob. Safe to show, never empty, never
 * long, without spaces; no name can pass for another kind of room.
 */
export function roomLabel({ room, type, name }: Labelled): string {
  const safe = sanitizeLine(name).replaceAll(/[\s#@\&·~]/gv, ".");
  const shown = graphemes(safe).slice(0, MAX_NAME_GRAPHEMES).join("");
  return SIGNS[type] + (shown === "" ? `?${room}` : shown);
}

/** How a room is called of which we know the number alone. */
export function unknownRoomLabel(room: number): string {
  return room === LOBBY ? "#lobby" : `#?${room}`;
}
