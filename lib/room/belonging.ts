import type { MessageOfKind } from "../protocol/messages.ts";
import { groupOf } from "./group.ts";
import type { RoomRecord } from "./history.ts";
import type { House, Person, Place, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { tryParseName } from "./name.ts";
import { DEFAULT_NEWCOMER_LINES } from "./house.ts";
import { fingerprintText } from "./subject.ts";

/** The lobby: it exists always, and everybody belongs to it. */
export function lobbyOf(house: House): Room {
  return house.rooms.get(0) as Room;
}

/** Adds a room that the history has. */
export function addRoom(record: RoomRecord, house: House): Room {
  const { number, name, topic, seq, form, kind, creator, group } = record;
  const room: Room = {
    number,
    type: kind,
    name,
    form,
    creator: creator?.toHex() ?? null,
    topic,
    seq,
    group: groupOf(group),
    pending: 0,
    members: new Map(),
    present: new Map(),
  };
  house.rooms.set(number, room);
  house.forms.set(form, room);
  if (kind === "open") {
    for (const look of tryParseName(name)?.looks ?? []) {
      house.looks.set(look, room);
    }
  }
  return room;
}

/** Notes that somebody belongs to a room. */
export function belong(
  owner: string,
  room: Room,
  { house, place }: { readonly house: House; readonly place: Place },
): void {
  room.members.set(owner, { ...place });
  const person = house.people.get(owner);
  if (person !== undefined) room.present.set(owner, person);
  const rooms = house.belongings.get(owner) ?? new Set();
  house.belongings.set(owner, rooms.add(room));
}

/**
 * Lets a room go that nobody belongs to, in the history first: its name may be
 * used again at once.
 *
 * @throws {ChatError} As `History.append`; then it stays.
 */
export function removeRoom(room: Room, house: House): void {
  const { number, name, form } = room;
  house.settings.history.append([], [{ kind: "remove room", room: number }]);
  house.rooms.delete(number);
  house.forms.delete(form);
  for (const look of tryParseName(name)?.looks ?? []) {
    if (house.looks.get(look) === room) house.looks.delete(look);
  }
}

/** Tells every session of a person that it belongs to a room. */
export function tellOf(
  room: Room,
  person: Person,
  house: House,
): readonly Extract<Effect, { readonly kind: "reply" }>[] {
  const message = describe(room, person.owner, house);
  return [...person.sessions].map((session) => (
    { kind: "reply", session: session.id, message }
  ));
}

/** Notes that somebody does not belong to a room any more. */
export function unbelong(owner: string, room: Room, house: House): Effect {
  room.members.delete(owner);
  room.present.delete(owner);
  const rooms = house.belongings.get(owner);
  rooms?.delete(room);
  if (rooms?.size === 0) house.belongings.delete(owner);
  const change = {
    kind: "forget member",
    room: room.number,
    owner: Uint8Array.fromHex(owner),
  } as const;
  return { kind: "save", change };
}

/**
 * Notes that somebody belongs to a room from its newest entry on, in the history
 * first: what it is entitled to must outlast a crash.
 *
 * @returns What must be said of it.
 * @throws {ChatError} As `History.append`; then it does not belong to it.
 */
export function enroll(
  owner: string,
  room: Room,
  house: House,
): readonly Effect[] {
  const { seq } = room;
  const place = { since: seq, delivered: seq, read: seq };
  const member = {
    ...place,
    room: room.number,
    owner: Uint8Array.fromHex(owner),
  };
  house.settings.history.append([], [{ kind: "member", member }]);
  belong(owner, room, { house, place });
  const person = house.people.get(owner);
  return [
    saveMember(owner, room), // or that it left, not stored yet, would follow
    ...person === undefined ? [] : tellOf(room, person, house),
  ];
}

/** How to remember somebody's place in a room. */
export function saveMember(owner: string, room: Room): Effect {
  const place = room.members.get(owner) ?? { since: 0, delivered: 0, read: 0 };
  const member = {
    ...place,
    room: room.number,
    owner: Uint8Array.fromHex(owner),
  };
  return { kind: "save", change: { kind: "member", member } };
}

/** Rooms somebody belongs to, the lobby first. */
export function roomsOf(owner: string, house: House): readonly Room[] {
  const rooms = [...house.belongings.get(owner) ?? []];
  return rooms.sort((a, b) => a.number - b.number);
}

/** The form of the direct room of two owners. */
export function directForm(one: string, other: string): string {
  return `@${[one, other].sort().join("+")}`;
}

/** The form of the sealed room of a group. */
export function sealedForm(group: Uint8Array): string {
  return `&${group.toHex()}`;
}

/** The entry whose followers somebody may read in a room it belongs to. */
export function floorOf(place: Place, room: Room, house: House): number {
  if (room.type !== "open") return place.since;
  const lines = house.settings.newcomerLines ?? DEFAULT_NEWCOMER_LINES;
  return Math.max(0, place.since - lines);
}

/** The other of a direct room, in hex, whether it belongs to it or has left. */
export function peerIn(room: Room, owner: string): string | null {
  if (room.type !== "direct") return null;
  return pairOf(room).find((other) => other !== owner) ?? null;
}

/** The two that a direct room is of, in hex. */
export function pairOf({ form }: Room): readonly string[] {
  return form.slice(1).split("+");
}

/** What somebody is told of a room it belongs to. */
export function describe(
  room: Room,
  owner: string,
  house: House,
): MessageOfKind<"room"> {
  const { number, type, topic, seq } = room;
  const other = peerIn(room, owner);
  const peer = other === null ? null : Uint8Array.fromHex(other);
  const name = other === null ? room.name : nameOf(other, house);
  const group = room.group === null ? null : Uint8Array.fromHex(room.group.id);
  return { kind: "room", room: number, type, name, topic, seq, peer, group };
}

/** What somebody is called, online or not; else its fingerprint. */
export function nameOf(owner: string, house: House): string {
  return house.guests.guestOf(owner)?.name.shown ??
    fingerprintText(Uint8Array.fromHex(owner));
}
