import type { MessageOfKind } from "../protocol/messages.ts";
import { whyTextInvalid } from "../protocol/text.ts";
import type { Append } from "./batch.ts";
import type { Sender } from "./history.ts";
import type { Device, Room, Session } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { reach } from "./direct.ts";
import { refuseOpen, refuseSealed } from "./ordering.ts";
import { refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

/** What people say, whether the server can read it or not. */
export type Speech = MessageOfKind<"say" | "act" | "seal">;

/**
 * Acknowledges a message that is stored already, whatever its sender may do by
 * now: only that it was stored did not reach it.
 */
export function recall(
  { id, number }: Speech,
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

/** Puts what somebody says or does into the log of an open room. */
export function utter(
  request: MessageOfKind<"say" | "act">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { kind, id, text } = request;
  if (room.type !== "open") return [refuseSealed(kind, id, turn)];
  const why = whyTextInvalid(text);
  if (why !== null) {
    const code = "CHAT_MESSAGE_INVALID";
    return [refuse({ id, code, text: `Cannot send message: ${why}` }, turn)];
  }
  const { person: { name, fingerprint }, at } = turn;
  const said = kind === "say" ? "said" as const : "did" as const;
  const entry = { kind: said, at, name, fingerprint, text };
  return send(request, { room, entry }, turn);
}

/** Puts a sealed message into the log of a room that the server cannot read. */
export function utterSealed(
  request: MessageOfKind<"seal">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { id, group, body } = request;
  if (room.type === "open") return [refuseOpen("seal", id, turn)];
  if (body.length === 0) {
    const text = "Cannot send message: it is empty";
    return [refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn)];
  }
  const { person: { fingerprint }, at } = turn;
  const entry = { kind: "sealed", at, name: "", fingerprint, body } as const;
  const claim = { kind: "sealed", id: group } as const;
  return send(request, { room, entry, claim }, turn);
}

function send(
  { id, number }: Speech,
  speech: Pick<Append, "room" | "entry" | "claim">,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, person, at } = turn;
  if (standingOf(person.owner, { house, at }) === "muted") {
    const text = "Cannot send message: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  let reached: ReturnType<typeof reach>;
  try {
    reached = reach(speech.room, turn);
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  if (typeof reached === "string") {
    return [refuse({ id, code: "CHAT_FULL", text: reached }, turn)];
  }
  const { sender, device } = deviceOf(session);
  return [...reached, {
    kind: "append",
    ...speech,
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
