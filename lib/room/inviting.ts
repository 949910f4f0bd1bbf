import type { MessageOfKind } from "../protocol/messages.ts";
import type { Effect } from "./house_event.ts";
import { refuse } from "./refusal.ts";
import type { PersonTurn } from "./turn.ts";

/** Makes an invitation for one new identity. */
export function invite(
  { id }: MessageOfKind<"invite">,
  turn: PersonTurn,
): Effect {
  return refuse({ id, code: "CHAT_FORBIDDEN", text: "Cannot invite" }, turn);
}
