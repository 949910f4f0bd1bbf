import type { Action } from "./request.ts";
import type { RoomView } from "./room_view.ts";
import type { RoomViews } from "./room_views.ts";

/** What may follow the label of a room that somebody speaks to. */
const ADDRESSED = /^\s*([&@][^\s:,]+)[:,]?\s/;

/**
 * The sealed or direct room that a line in an open room begins with, as if it were
 * said there: the server could read it.
 */
export function misdirected(
  action: Action,
  room: RoomView,
  views: RoomViews,
): RoomView | undefined {
  if ((action.kind !== "say" && action.kind !== "act") || room.sealed) {
    return undefined;
  }
  const [, label] = ADDRESSED.exec(`${action.text} `) ?? [];
  if (label === undefined) return undefined;
  const found = views.named(label);
  return found?.sealed ? found : undefined;
}

/** What to do about a line for another room. */
export function misdirectedText(meant: RoomView, room: RoomView): string {
  const way = meant.direct
    ? `/msg ${meant.label.slice(1)} TEXT is for them alone`
    : `/room ${meant.label} goes there`;
  return `Not sent: the server can read ${room.label}; ${way}`;
}
