import type { SealedNews } from "../room/sealed_rooms.ts";

/** Whether an event tells of the keys of a room: entries of logs do not. */
export function isNews(event: object): event is SealedNews {
  return "change" in event;
}
