import type { MessageOfKind } from "../protocol/messages.ts";
import {
  addRoom,
  belong,
  describe,
  directForm,
  roomsOf,
  saveMember,
  unbelong,
} from "./belonging.ts";
import type { Person, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { type Name, parseName } from "./name.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import { ownerNamed } from "./subject.ts";
import type { PersonTurn } from "./turn.ts";

/** Joins the open room of a name, which is made if there is none. */
export function joinRoom(
  { id, name: raw }: MessageOfKind<"join">,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person } = turn;
  let name: Name;
  try {
    name = parseName(raw.replace(/^#/, ""));
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  const existing = house.forms.get(name.form);
  if (existing?.members.has(person.owner)) {
    return [done(id, turn, existing.number)];
  }
  const why = whyNoMore(existing, turn);
  if (why !== null) return [refuse({ id, code: "CHAT_FULL", text: why }, turn)];
  if (existing === undefined) return makeRoom(id, name, turn);
  const place = { since: existing.seq, delivered: 0, read: 0 };
  belong(person.owner, existing, { house, place });
  return [
    ...tellOf(existing, person, turn),
    saveMember(person.owner, existing),
    passJoined(existing, turn),
    done(id, turn, existing.number),
  ];
}

function whyNoMore(room: Room | undefined, turn: PersonTurn): string | null {
  const { house: { limits, rooms }, person, house } = turn;
  const open = roomsOf(person.owner, house)
    .filter(({ type }) => type === "open").length;
  if (open >= limits.roomsPerIdentity) {
    return `Cannot join: you are in ${open} rooms; leave one`;
  }
  if (room !== undefined) {
    return room.members.size < limits.roomMembers
      ? null
      : `Cannot join: ${room.members.size} belong to it`;
  }
  let count = 0;
  for (const { type } of rooms.values()) if (type === "open") count += 1;
  return count < limits.rooms ? null : `Cannot make room: there are ${count}`;
}

function makeRoom(
  id: number,
  name: Name,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person, at } = turn;
  if (name.looks.some((look) => house.looks.has(look))) {
    const text = "Cannot make room: its name looks like another's";
    return [refuse({ id, code: "CHAT_NAME_TAKEN", text }, turn)];
  }
  if (standingOf(person.owner, { house, at }) === "muted") {
    const text = "Cannot make room: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  const { shown, form } = name;
  const creator = person.fingerprint;
  try {
    const made = house.settings.history
      .createRoom({ name: shown, form, creator }, [creator]);
    return [
      ...furnish(made.number, [person.owner], turn),
      done(id, turn, made.number),
    ];
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
}

/** Leaves an open room for good. */
export function leaveRoom(
  id: number,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person, at } = turn;
  if (room.number === 0 || room.type === "direct") {
    const text = room.number === 0
      ? "Cannot leave: everybody belongs to the lobby"
      : "Cannot leave: a room of two stays";
    return [refuse({ id, code: "CHAT_FORBIDDEN", text }, turn)];
  }
  const { owner, name, fingerprint } = person;
  const effects: Effect[] = [unbelong(owner, room, house)];
  for (const session of person.sessions) {
    session.follows.delete(room.number);
    const to = { session: session.id };
    effects.push(
      { kind: "unfollow", ...to, room: room.number },
      {
        kind: "reply",
        ...to,
        message: { kind: "parted", room: room.number },
      },
    );
  }
  const why = "parted" as const;
  const entry = { kind: "left", at, name, fingerprint, why } as const;
  return [...effects, { kind: "pass", room, entry }, done(id, turn)];
}

/** The room of just two, which is made if there is none. */
export function openDirect(
  { id, name }: MessageOfKind<"direct">,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person } = turn;
  const { limits } = house;
  const peer = ownerNamed(name, house);
  if (peer === undefined || !isKnown(peer, turn) || peer === person.owner) {
    const text = peer === person.owner
      ? "Cannot open a direct room: that is you"
      : "Cannot open a direct room: nobody of that name is known here";
    return [refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn)];
  }
  const pair = [person.owner, peer].sort();
  const form = directForm(person.owner, peer);
  const existing = house.forms.get(form);
  if (existing !== undefined) return [done(id, turn, existing.number)];
  if (standingOf(person.owner, turn) === "muted") {
    const text = "Cannot open a direct room: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  const begun =
    roomsOf(person.owner, house).filter(({ type, creator }) =>
      type === "direct" && creator === person.owner
    ).length;
  let direct = 0;
  for (const { type } of house.rooms.values()) {
    if (type === "direct") direct += 1;
  }
  if (begun >= limits.directPerIdentity || direct >= limits.directRooms) {
    const text = "Cannot open a direct room: there are too many";
    return [refuse({ id, code: "CHAT_FULL", text }, turn)];
  }
  try {
    const creator = person.fingerprint;
    const made = house.settings.history.createRoom(
      { name: "", form, kind: "direct", creator },
      pair.map((owner) => Uint8Array.fromHex(owner)),
    );
    return [...furnish(made.number, pair, turn), done(id, turn, made.number)];
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
}

function isKnown(owner: string, { house }: PersonTurn): boolean {
  return house.guests.guestOf(owner) !== undefined;
}

/** Adds a room that was just made, and tells its members that are online. */
function furnish(
  number: number,
  owners: readonly string[],
  turn: PersonTurn,
): readonly Effect[] {
  const { house } = turn;
  const record = house.settings.history.room(number);
  if (record === undefined) throw new Error(`There is no room ${number}`);
  const room = addRoom(record, house);
  const place = { since: 0, delivered: 0, read: 0 };
  for (const owner of owners) belong(owner, room, { house, place });
  return [...room.present.values()]
    .flatMap((person) => tellOf(room, person, turn));
}

/** Tells every session of a person that it belongs to a room. */
function tellOf(
  room: Room,
  person: Person,
  { house }: PersonTurn,
): readonly Effect[] {
  const message = describe(room, person.owner, house);
  return [...person.sessions].map((session) => (
    { kind: "reply", session: session.id, message }
  ));
}

function passJoined(room: Room, { person, at }: PersonTurn): Effect {
  const { name, fingerprint } = person;
  const entry = { kind: "joined", at, name, fingerprint } as const;
  return { kind: "pass", room, entry };
}
