import { MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";
import { sanitizeLine } from "./sanitize.ts";
import { graphemes } from "./width.ts";

/** What a label is made of. */
export type Labelled = Pick<JoinedRoomInfo, "room" | "type" | "name">;

/**
 * How a room is called on the screen: `#dev`, and `@bob` when it is just us and
 * Bob. Safe to show, never empty, never long, without spaces.
 */
export function roomLabel({ room, type, name }: Labelled): string {
  const safe = sanitizeLine(name).replaceAll(/[\s#@·]/gv, ".");
  const shown = graphemes(safe).slice(0, MAX_NAME_GRAPHEMES).join("");
  return (type === "direct" ? "@" : "#") + (shown === "" ? `?${room}` : shown);
}

/** How a room is called of which we know the number alone. */
export function unknownRoomLabel(room: number): string {
  return room === LOBBY ? "#lobby" : `#?${room}`;
}
