import type { MessageOfKind } from "../protocol/messages.ts";
import { whyTextInvalid } from "../protocol/text.ts";
import type { Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { refuse } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

/** Puts what somebody says or does into the log of a room. */
export function utter(
  { kind, id, number, text }: MessageOfKind<"say" | "act">,
  room: Room,
  turn: PersonTurn,
): Effect {
  const { house, session, person, at } = turn;
  const why = whyTextInvalid(text);
  if (why !== null) {
    const code = "CHAT_MESSAGE_INVALID";
    return refuse({ id, code, text: `Cannot send message: ${why}` }, turn);
  }
  const { owner, name, fingerprint } = person;
  if (standingOf(owner, { house, at }) === "muted") {
    const text = "Cannot send message: you are muted";
    return refuse({ id, code: "CHAT_MUTED", text }, turn);
  }
  const { sender, device } = session;
  if (sender === null || device === null) throw new Error("It has not entered");
  const said = kind === "say" ? "said" as const : "did" as const;
  return {
    kind: "append",
    room,
    entry: { kind: said, at, name, fingerprint, text },
    by: { session: session.id, id },
    sent: { sender, device, number },
  };
}
