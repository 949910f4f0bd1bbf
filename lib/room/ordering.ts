import type { MessageOfKind } from "../protocol/messages.ts";
import { holds, isFitting } from "./group.ts";
import type { Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import type { PersonTurn } from "./turn.ts";

/**
 * Puts a change of keys into the log of its room, if it is the next one when it
 * gets its place. It says nothing to people, so the muted may do so too.
 */
export function propose(
  { id, group, turn: before, commit, info }: MessageOfKind<"propose">,
  room: Room,
  turn: PersonTurn,
): Effect {
  if (room.type === "open") return refuseOpen("propose", id, turn);
  if (commit.length === 0 || !isFitting(info, room.type)) {
    const text = "Cannot propose: it is empty, or too long for this room";
    return refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn);
  }
  const { session, person: { fingerprint }, at } = turn;
  const author = { at, name: "", fingerprint };
  return {
    kind: "append",
    room,
    entry: { kind: "committed", ...author, turn: before + 1, body: commit },
    claim: { kind: "committed", id: group, turn: before, info },
    by: { session: session.id, id },
  };
}

/** Replaces what newcomers are told of a group, in the history at once. */
export function refresh(
  { id, group, turn: now, info }: MessageOfKind<"refresh">,
  room: Room,
  turn: PersonTurn,
): Effect {
  if (room.type === "open") return refuseOpen("refresh", id, turn);
  if (!isFitting(info, room.type)) {
    const text = "Cannot refresh: it is empty, or too long for this room";
    return refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn);
  }
  if (!holds({ kind: "committed", id: group, turn: now, info }, room.group)) {
    const text = "Cannot refresh: the keys have changed since";
    return refuse({ id, code: "CHAT_SEAL_OUTRUN", text }, turn);
  }
  const change = {
    kind: "group info",
    room: room.number,
    ...{ group, turn: now, info },
  } as const;
  try {
    turn.house.settings.history.append([], [change]);
    return done(id, turn);
  } catch (error) {
    return refuseError(error, id, turn);
  }
}

/** What is stored of the group of a room, for who is to join it. */
export function readHead(
  { id }: MessageOfKind<"ask_head">,
  room: Room,
  turn: PersonTurn,
): Effect {
  try {
    const stored = turn.house.settings.history.group(room.number);
    if (stored === undefined) {
      const text = "Cannot tell the head: that room has no group";
      return refuse({ id, code: "CHAT_NO_SUCH_ROOM", text }, turn);
    }
    const { number, seq } = room;
    const message = {
      kind: "head",
      ...{ id, room: number, seq, turn: stored.turn },
      group: Uint8Array.from(stored.id),
      title: Uint8Array.from(stored.title),
      info: Uint8Array.from(stored.info),
      hello: Uint8Array.from(stored.hello),
    } as const;
    return { kind: "reply", session: turn.session.id, message };
  } catch (error) {
    return refuseError(error, id, turn);
  }
}

/** The refusal of what only rooms have that the server cannot read. */
export function refuseOpen(
  what: string,
  id: number,
  turn: PersonTurn,
): Effect {
  const text = `Cannot ${what}: this room is open`;
  return refuse({ id, code: "CHAT_FORBIDDEN", text }, turn);
}

/** The refusal of what the server could read, in a room where it must not. */
export function refuseSealed(
  what: string,
  id: number,
  turn: PersonTurn,
): Effect {
  const text = `Cannot ${what}: this room is sealed`;
  return refuse({ id, code: "CHAT_FORBIDDEN", text }, turn);
}
