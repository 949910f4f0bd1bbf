import type { MessageOfKind } from "../protocol/messages.ts";
import type { Effect } from "./house_event.ts";
import { refuse } from "./refusal.ts";
import type { PersonTurn } from "./turn.ts";

/** Carries out what operators may do to others. */
export function moderate(
  { id }: MessageOfKind<"moderate">,
  turn: PersonTurn,
): readonly Effect[] {
  return [
    refuse({ id, code: "CHAT_FORBIDDEN", text: "Cannot moderate" }, turn),
  ];
}

/** Who is muted or banned, for operators. */
export function listBans(id: number, turn: PersonTurn): readonly Effect[] {
  return [
    refuse({ id, code: "CHAT_FORBIDDEN", text: "Cannot list bans" }, turn),
  ];
}
