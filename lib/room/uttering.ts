import type { MessageOfKind } from "../protocol/messages.ts";
import { whyTextInvalid } from "../protocol/text.ts";
import type { Sender } from "./history.ts";
import type { Device, Room, Session } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { reach } from "./direct.ts";
import { refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

/**
 * Acknowledges a message that is stored already, whatever its sender may do by
 * now: only that it was stored did not reach it.
 */
export function recall(
  { id, number }: MessageOfKind<"say" | "act">,
  turn: PersonTurn,
): Effect | undefined {
  const { house, session } = turn;
  const { sender, device } = deviceOf(session);
  if (number > device.last) return undefined;
  try {
    const receipt = house.settings.history.sent(sender, number);
    if (receipt === undefined || receipt === "forgotten") return undefined;
    const { seq, at } = receipt;
    const ack = { kind: "ack", id, seq, at } as const;
    return { kind: "reply", session: session.id, message: ack };
  } catch (error) {
    return refuseError(error, id, turn); // a failing disk is not the peer's fault
  }
}

/** Puts what somebody says or does into the log of a room. */
export function utter(
  { kind, id, number, text }: MessageOfKind<"say" | "act">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, person, at } = turn;
  const why = whyTextInvalid(text);
  if (why !== null) {
    const code = "CHAT_MESSAGE_INVALID";
    return [refuse({ id, code, text: `Cannot send message: ${why}` }, turn)];
  }
  const { owner, name, fingerprint } = person;
  if (standingOf(owner, { house, at }) === "muted") {
    const text = "Cannot send message: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  let reached: ReturnType<typeof reach>;
  try {
    reached = reach(room, turn);
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  if (typeof reached === "string") {
    return [refuse({ id, code: "CHAT_FULL", text: reached }, turn)];
  }
  const { sender, device } = deviceOf(session);
  const said = kind === "say" ? "said" as const : "did" as const;
  return [...reached, {
    kind: "append",
    room,
    entry: { kind: said, at, name, fingerprint, text },
    by: { session: session.id, id },
    sent: { sender, device, number },
  }];
}

/** What a session that has entered sends from. */
function deviceOf(
  { sender, device }: Session,
): { readonly sender: Sender; readonly device: Device } {
  if (sender === null || device === null) throw new Error("It has not entered");
  return { sender, device };
}
