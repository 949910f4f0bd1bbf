import type { Bytes } from "../bytes.ts";
import type { LeaveReason } from "../protocol/entry.ts";
import type { GoodbyeReason } from "../protocol/words.ts";
import { memberNamed } from "./member_named.ts";
import { refuse } from "./refusal.ts";
import type { RoomEffect, RoomEvent } from "./room_event.ts";
import type { Room, Session } from "./room_state.ts";
import type { Turn } from "./turn.ts";

/** Why the others see somebody leave whom the room ended. */
const LEAVE_REASONS = {
  kicked: "kicked",
  removed: "removed",
  flooding: "flooding",
  protocol_error: "error",
  full: "error",
} as const satisfies Partial<Record<GoodbyeReason, LeaveReason>>;

/** Ends a session, telling it why. */
export function end(
  why: keyof typeof LEAVE_REASONS,
  text: string,
  turn: Turn,
): readonly RoomEffect[] {
  const { id } = turn.session;
  return [
    { kind: "end", session: id, why, text },
    ...close(LEAVE_REASONS[why], turn),
  ];
}

/** Forgets a session; the last one of a member takes it out of the room. */
export function close(why: LeaveReason, turn: Turn): readonly RoomEffect[] {
  const { room, session, at } = turn;
  const { member, owner } = session;
  room.sessions.delete(session.id);
  if (member === null) return [];
  member.sessions.delete(session);
  if (member.sessions.size > 0) return [];
  room.members.delete(owner);
  room.guests.leave(owner);
  const { name, fingerprint } = member;
  const seq = ++room.seq;
  const position = { room: room.settings.number, seq, at, name, fingerprint };
  return [{ kind: "append", entry: { kind: "left", ...position, why } }];
}

/** Ends every session of the member the operator names, and acknowledges it. */
export function kick(
  event: Extract<RoomEvent, { kind: "kick" }>,
  turn: Turn,
): readonly RoomEffect[] {
  const { room, session, at } = turn;
  const { id } = event;
  if (!session.console) throw new Error("Cannot kick: not the operator");
  const owner = memberNamed(event.name, room)?.fingerprint.toHex();
  if (owner === undefined || owner === session.owner) {
    const text = owner === undefined
      ? "Cannot kick: nobody of that name is here"
      : "Cannot kick: that is you";
    return [refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn)];
  }
  const text = "The operator removed you from the room";
  const effects = endAll(owner, { why: "kicked", text }, turn);
  const message = { kind: "ack", id, seq: room.seq, at } as const;
  return [...effects, { kind: "reply", session: session.id, message }];
}

/** Ends every session of an identity, whether it has entered or not. */
export function expel(
  fingerprint: Bytes,
  turn: Omit<Turn, "session">,
): readonly RoomEffect[] {
  const text = "You are no longer authorized to be here";
  return endAll(fingerprint.toHex(), { why: "removed", text }, turn);
}

/** Ends every session, and with them the room; nobody is left to tell. */
export function shutDown(room: Room): readonly RoomEffect[] {
  const sessions = [...room.sessions.keys()];
  room.sessions.clear();
  room.members.clear();
  const text = "The server stops";
  return sessions.map((session) => ({
    kind: "end",
    session,
    why: "shutdown",
    text,
  }));
}

function endAll(
  owner: string,
  { why, text }: { why: "kicked" | "removed"; text: string },
  turn: Omit<Turn, "session">,
): readonly RoomEffect[] {
  const sessions: Session[] = [...turn.room.sessions.values()]
    .filter((session) => session.owner === owner);
  return sessions.flatMap((session) => end(why, text, { ...turn, session }));
}
