import type { RoomView } from "./room_view.ts";
import type { RoomViews } from "./room_views.ts";

type Way = (views: RoomViews) => RoomView | undefined;

const WAYS: ReadonlyMap<string, Way> = new Map<string, Way>([
  ["ctrl-n", (views) => views.beside(1)],
  ["alt-down", (views) => views.beside(1)],
  ["ctrl-p", (views) => views.beside(-1)],
  ["alt-up", (views) => views.beside(-1)],
  ["alt-a", (views) => views.newest],
]);

/** Where a key leads, if it is one that leads to another room. */
export function roomAt(key: string, views: RoomViews): RoomView | undefined {
  const digit = /^alt-([1-9])$/.exec(key)?.[1];
  if (digit !== undefined) return views.all[Number(digit) - 1];
  return WAYS.get(key)?.(views);
}

/** The keys that lead to other rooms, for help. */
export const ROOM_KEYS = "Ctrl-N and Ctrl-P go to the next room and back, " +
  "Alt-A to where something is new, Alt-1 to Alt-9 by number";
