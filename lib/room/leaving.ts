import type { Bytes } from "../bytes.ts";
import type { LeaveReason } from "../protocol/entry.ts";
import type { GoodbyeReason } from "../protocol/words.ts";
import { roomsOf, unbelong } from "./belonging.ts";
import { leaveDevice } from "./device.ts";
import type { House, Person, Session } from "./house.ts";
import type { Effect } from "./house_event.ts";
import type { Turn } from "./turn.ts";

/** Why the others see somebody leave whom the house ended. */
const LEAVE_REASONS = {
  kicked: "kicked",
  banned: "banned",
  removed: "removed",
  flooding: "flooding",
  protocol_error: "error",
  full: "error",
  uninvited: "removed",
} as const satisfies Partial<Record<GoodbyeReason, LeaveReason>>;

/** Ends a session, telling it why. */
export function end(
  why: keyof typeof LEAVE_REASONS,
  text: string,
  turn: Turn,
): readonly Effect[] {
  const { id } = turn.session;
  return [
    { kind: "end", session: id, why, text },
    ...close(LEAVE_REASONS[why], turn),
  ];
}

/** Forgets a session; the last one of a person takes it offline. */
export function close(why: LeaveReason, turn: Turn): readonly Effect[] {
  const { house, session } = turn;
  const { person } = session;
  house.sessions.delete(session.id);
  if (person === null) return [];
  person.sessions.delete(session);
  leaveDevice(session, house);
  return person.sessions.size > 0 ? [] : goOffline(person, why, turn);
}

/** Ends every session of an identity, whether it has entered or not. */
export function endAll(
  owner: string,
  { why, text }: {
    readonly why: "kicked" | "banned" | "removed";
    readonly text: string;
  },
  turn: Omit<Turn, "session">,
): readonly Effect[] {
  const sessions: Session[] = [...turn.house.sessions.values()]
    .filter((session) => session.owner === owner && !session.console);
  return sessions.flatMap((session) => end(why, text, { ...turn, session }));
}

/**
 * Ends every session of an identity that was taken off the list, and takes away
 * what an invitation gave it: who strikes somebody off means to see it go.
 */
export function expel(
  fingerprint: Bytes,
  turn: Omit<Turn, "session">,
): readonly Effect[] {
  const owner = fingerprint.toHex();
  const change = {
    kind: "expel",
    owner: Uint8Array.from(fingerprint),
  } as const;
  const wasAdmitted = turn.house.admitted.delete(owner);
  const text = "You are no longer authorized to be here";
  return [
    ...wasAdmitted ? [{ kind: "save", change } as const] : [],
    ...endAll(owner, { why: "removed", text }, turn),
  ];
}

/** Ends every session; nobody is left to tell. */
export function shutDown(
  house: House,
  options: { readonly restart: boolean },
): readonly Effect[] {
  const sessions = [...house.sessions.keys()];
  house.sessions.clear();
  house.people.clear();
  house.devices.clear();
  for (const room of house.rooms.values()) room.present.clear();
  const [why, text] = options.restart
    ? ["restart", "The server restarts"] as const
    : ["shutdown", "The server stops"] as const;
  return sessions.map((session) => ({ kind: "end", session, why, text }));
}

function goOffline(
  { owner, name, fingerprint }: Person,
  why: LeaveReason,
  { house, at }: Turn,
): readonly Effect[] {
  house.people.delete(owner);
  const effects: Effect[] = [];
  for (const room of roomsOf(owner, house)) {
    room.present.delete(owner);
    const entry = { kind: "left", at, name, fingerprint, why } as const;
    effects.push({ kind: "pass", room, entry });
  }
  const guest = house.guests.guestOf(owner);
  if (guest !== undefined) {
    const { shown, form } = guest.name;
    const seen = { owner: fingerprint, shown, form, seen: at };
    effects.push({ kind: "save", change: { kind: "name", name: seen } });
  }
  for (const gone of house.guests.leave(owner)) {
    effects.push(...forget(gone, house));
  }
  return effects;
}

/** Nothing but direct rooms is kept for somebody gone too long. */
function forget(owner: string, house: House): readonly Effect[] {
  const fingerprint = Uint8Array.fromHex(owner);
  return [
    { kind: "save", change: { kind: "forget name", owner: fingerprint } },
    ...roomsOf(owner, house)
      .filter(({ type }) => type !== "direct")
      .map((room) => unbelong(owner, room, house)),
  ];
}
