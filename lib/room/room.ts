import type { ClientMessage } from "../protocol/messages.ts";
import { enter } from "./entering.ts";
import { close, end, expel, kick, shutDown } from "./leaving.ts";
import { answer } from "./requests.ts";
import type { RoomEffect, RoomEvent } from "./room_event.ts";
import type { Room } from "./room_state.ts";
import type { Turn } from "./turn.ts";

/**
 * Applies one event at the server's time `at`, in milliseconds since the epoch,
 * and returns what the caller must do, in order. The order of messages is decided
 * here and nowhere else. No clock, no randomness, no I/O: the same events at the
 * same times have the same effects; `room` changes in place.
 *
 * Events of a session that is over are ignored: what a peer sent before it
 * learned of its end still arrives.
 */
export function step(
  room: Room,
  event: RoomEvent,
  at: number,
): readonly RoomEffect[] {
  switch (event.kind) {
    case "open":
      return open(room, event);
    case "expel":
      return expel(event.fingerprint, { room, at });
    case "shutdown":
      return shutDown(room);
  }
  const session = room.sessions.get(event.session);
  if (session === undefined) return [];
  const turn = { room, session, at };
  switch (event.kind) {
    case "message":
      return receive(event.message, turn);
    case "close":
      return close(event.why, turn);
    case "kick":
      return kick(event, turn);
  }
}

function open(
  room: Room,
  { session: id, identity, console }: Extract<RoomEvent, { kind: "open" }>,
): readonly RoomEffect[] {
  room.sessions.set(id, {
    id,
    owner: identity.fingerprint.toHex(),
    identity,
    console,
    nameAttempts: 0,
    lastRequest: -1,
    member: null,
  });
  return [];
}

function receive(message: ClientMessage, turn: Turn): readonly RoomEffect[] {
  const { session } = turn;
  if (message.kind === "enter") {
    if (session.member === null) return enter(message.name, turn);
    return end("protocol_error", "Cannot enter: already in the room", turn);
  }
  const { member } = session;
  if (member === null) {
    return end(
      "protocol_error",
      `Cannot ${message.kind}: not in the room`,
      turn,
    );
  }
  if (message.id <= session.lastRequest) {
    const text = `Cannot answer request ${message.id}: its number is used`;
    return end("protocol_error", text, turn);
  }
  session.lastRequest = message.id;
  return answer(message, { ...turn, member });
}
