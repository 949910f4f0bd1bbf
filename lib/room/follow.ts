import { DEFAULT_NEWCOMER_LINES, type House } from "./house.ts";
import type { Effect } from "./house_event.ts";

type Follow = Extract<Effect, { readonly kind: "follow" }>;

/**
 * The entry after which a session begins to read a room, and its time: the one it
 * asked for as far as it is entitled to what follows and as that is kept. Somebody
 * new gets the last lines.
 */
export function startOf(
  { room, after, floor }: Pick<Follow, "room" | "after" | "floor">,
  house: House,
): { readonly after: number; readonly at: number } {
  const { history, newcomerLines } = house.settings;
  const { number, seq, type } = room;
  const lines = type === "open"
    ? newcomerLines ?? DEFAULT_NEWCOMER_LINES
    : DEFAULT_NEWCOMER_LINES;
  const wanted = after === null ? seq - lines : Math.min(after, seq);
  const first = history.room(number)?.firstSeq ?? 1;
  const start = Math.max(0, wanted, floor, first - 1);
  return { after: start, at: history.timeOf(number, start) ?? 0 };
}
