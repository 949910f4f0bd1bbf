import type { MessageOfKind } from "../protocol/messages.ts";
import {
  addRoom,
  belong,
  enroll,
  roomsOf,
  sealedForm,
  tellOf,
  unbelong,
} from "./belonging.ts";
import type { NewRoom, RoomRecord } from "./history.ts";
import type { House, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { type Name, parseName } from "./name.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import { countMade, makeSpace, removeUnused, takeOut } from "./space.ts";
import type { PersonTurn } from "./turn.ts";

/** Joins the open room of a name, which is made if there is none. */
export function joinRoom(
  { id, name: raw }: MessageOfKind<"join">,
  turn: PersonTurn,
): readonly Effect[] {
  const { house } = turn;
  let name: Name;
  try {
    name = parseName(raw.replace(/^#/, ""));
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  const existing = house.forms.get(name.form);
  if (existing !== undefined) return joinExisting(id, existing, turn);
  if (name.looks.some((look) => house.looks.has(look))) {
    const text = "Cannot make room: its name looks like another's";
    return [refuse({ id, code: "CHAT_NAME_TAKEN", text }, turn)];
  }
  const { shown, form } = name;
  return makeRoom(id, { name: shown, form, kind: "open" }, turn);
}

/** Joins the sealed room of a group, to read what comes from now on. */
export function joinSealed(
  { id, group }: MessageOfKind<"join_sealed">,
  turn: PersonTurn,
): readonly Effect[] {
  const room = turn.house.forms.get(sealedForm(group));
  if (room !== undefined) return joinExisting(id, room, turn);
  const text = "Cannot join: there is no such sealed room";
  return [refuse({ id, code: "CHAT_NO_SUCH_ROOM", text }, turn)];
}

function joinExisting(
  id: number,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person } = turn;
  if (room.members.has(person.owner)) return [done(id, turn, room.number)];
  const why = whyNoMore(room, turn);
  if (why !== null) return [refuse({ id, code: "CHAT_FULL", text: why }, turn)];
  try {
    return [
      ...enroll(person.owner, room, house),
      passJoined(room, turn),
      done(id, turn, room.number),
    ];
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
}

/** What keeps somebody from one more open or sealed room. */
function whyNoMore(room: Room | undefined, turn: PersonTurn): string | null {
  const { house, person } = turn;
  const { limits } = house;
  const joined = roomsOf(person.owner, house)
    .filter(({ type }) => type !== "direct").length;
  if (joined >= limits.roomsPerIdentity) {
    return `Cannot join: you are in ${joined} rooms; leave one`;
  }
  if (room === undefined || room.members.size < limits.roomMembers) return null;
  return `Cannot join: ${room.members.size} belong to it`;
}

/** Makes an open or sealed room, whose form is new, of just who asks for it. */
export function makeRoom(
  id: number,
  room: NewRoom & { readonly kind: "open" | "sealed" },
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person, at } = turn;
  const why = whyNoMore(undefined, turn);
  if (why !== null) return [refuse({ id, code: "CHAT_FULL", text: why }, turn)];
  if (standingOf(person.owner, { house, at }) === "muted") {
    const text = "Cannot make room: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  const made = countMade(person.owner, house);
  if (made >= house.limits.roomsMadePerIdentity) {
    const text = `Cannot make room: ${made} that you made are in use`;
    return [refuse({ id, code: "CHAT_FULL", text }, turn)];
  }
  const creator = person.fingerprint;
  let gone: readonly Effect[] = [];
  try {
    const space = makeSpace(room.kind, house);
    if (typeof space === "string") {
      return [refuse({ id, code: "CHAT_FULL", text: space }, turn)];
    }
    gone = space;
    const made = house.settings.history
      .createRoom({ ...room, creator }, [creator]);
    return [
      ...space,
      ...furnish(made, [person.owner], house),
      done(id, turn, made.number),
    ];
  } catch (error) {
    return [...gone, refuseError(error, id, turn)];
  }
}

/** Leaves an open or sealed room for good, or a direct room until something is said. */
export function leaveRoom(
  id: number,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person, at } = turn;
  if (room.number === 0) {
    const text = "Cannot leave: everybody belongs to the lobby";
    return [refuse({ id, code: "CHAT_FORBIDDEN", text }, turn)];
  }
  const { owner, name, fingerprint } = person;
  const effects: Effect[] = [
    unbelong(owner, room, house),
    ...takeOut(owner, room, house),
  ];
  const why = "parted" as const;
  const entry = { kind: "left", at, name, fingerprint, why } as const;
  effects.push({ kind: "pass", room, entry }, done(id, turn));
  removeUnused(room, house);
  return effects;
}

/** Adds a room that was just made, and tells its members that are online. */
export function furnish(
  made: RoomRecord,
  owners: readonly string[],
  house: House,
): readonly Effect[] {
  const room = addRoom(made, house);
  const place = { since: 0, delivered: 0, read: 0 };
  for (const owner of owners) belong(owner, room, { house, place });
  return [...room.present.values()]
    .flatMap((person) => tellOf(room, person, house));
}

function passJoined(room: Room, { person, at }: PersonTurn): Effect {
  const { name, fingerprint } = person;
  const entry = { kind: "joined", at, name, fingerprint } as const;
  return { kind: "pass", room, entry };
}
