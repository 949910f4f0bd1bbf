import type { Effect, HouseEvent } from "./house_event.ts";
import { refuse } from "./refusal.ts";
import type { Turn } from "./turn.ts";

/** Hands everything an identity has over to the next key of the same person. */
export function renew(
  { id }: Extract<HouseEvent, { kind: "rotate" }>,
  turn: Turn,
): readonly Effect[] {
  return [refuse({ id, code: "CHAT_FORBIDDEN", text: "Cannot rotate" }, turn)];
}
