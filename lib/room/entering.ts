import { chooseName } from "./entrance.ts";
import { end } from "./leaving.ts";
import type { RoomEffect } from "./room_event.ts";
import type { Member } from "./room_state.ts";
import type { Turn } from "./turn.ts";

/** Each try counts as a request: nobody comes, goes or asks without end. */
const COST = { messages: 1, bytes: 0 };
/** Of the room's: `joined` and, as nobody can be kept from leaving, `left`. */
const ROOM_COST = { messages: 2, bytes: 0 };

/**
 * Lets a session in under the name `raw`, asks it for another, or ends it.
 * Further sessions of an identity that is present share its name, whatever they
 * asked for.
 */
export function enter(raw: string | null, turn: Turn): readonly RoomEffect[] {
  const { room, session, at } = turn;
  const { limits, guests, strangers, allowance } = room;
  const { owner, console, identity } = session;
  const present = room.members.get(owner);
  if (present !== undefined) return enterAgain(present, turn);
  if (room.members.size >= limits.members) {
    return end("full", `Cannot enter: ${room.members.size} are here`, turn);
  }
  if (++session.nameAttempts > limits.nameAttempts) {
    return end("flooding", "Cannot enter: too many names tried", turn);
  }
  const budget = guests.guestOf(owner)?.budget ?? strangers.budgetOf(owner, at);
  if (budget.spend(COST, at) > 0) return endTooOften(turn);
  const name = chooseName({ owner, raw, console }, guests);
  if ("kind" in name) {
    return [{ kind: "reply", session: session.id, message: name }];
  }
  if (!console && allowance.wait(ROOM_COST, at) > 0) {
    return end("full", "Cannot enter: too much goes on, try again later", turn);
  }
  allowance.take(ROOM_COST);
  strangers.forget(owner);
  guests.enter(owner, { name, budget });
  const { fingerprint, publicKey } = identity;
  const author = { name: name.shown, fingerprint };
  const member = { ...author, publicKey, since: at, budget };
  const admission = admit({ ...member, sessions: new Set() }, turn);
  const position = { room: room.settings.number, seq: ++room.seq, at };
  return [
    ...admission,
    { kind: "append", entry: { kind: "joined", ...position, ...author } },
  ];
}

function enterAgain(member: Member, turn: Turn): readonly RoomEffect[] {
  const { room, at } = turn;
  const count = member.sessions.size;
  if (count >= room.limits.sessionsPerIdentity) {
    return end("full", `Cannot enter: you are here ${count} times`, turn);
  }
  if (member.budget.spend(COST, at) > 0) return endTooOften(turn);
  return admit(member, turn);
}

function endTooOften(turn: Turn): readonly RoomEffect[] {
  return end("flooding", "Cannot enter: you come too often", turn);
}

/** Seats a session; what it sees of the log starts after the newest entry. */
function admit(
  member: Member,
  { room, session }: Turn,
): readonly RoomEffect[] {
  member.sessions.add(session);
  session.member = member;
  room.members.set(session.owner, member);
  return [{
    kind: "reply",
    session: session.id,
    message: {
      kind: "entered",
      name: member.name,
      serverName: room.settings.serverName,
      motd: room.settings.motd,
      room: room.settings.number,
      roomName: room.settings.name,
      seq: room.seq,
      present: room.members.size,
    },
  }, { kind: "admit", session: session.id }];
}
