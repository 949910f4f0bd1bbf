import type { Bytes } from "../bytes.ts";
import {
  belong,
  describe,
  directForm,
  peerIn,
  roomsOf,
  saveMember,
  unbelong,
} from "./belonging.ts";
import type { House, Place, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import type { Change } from "./registry.ts";
import { isInForce, isRetirement, sanctionKey } from "./rights.ts";
import { apply } from "./ruling.ts";
import { fingerprintText } from "./subject.ts";
import type { Turn } from "./turn.ts";

/** Old keys that are kept out; then the one retired first is a stranger again. */
export const MAX_RETIRED = 1_000;

/** Whose place is taken, and by which key. */
interface Inheritance {
  /** The old key, in hex; no session of it is left. */
  readonly owner: string;
  /** Fingerprint of the next key, of whom nothing is known but perhaps a role. */
  readonly next: Bytes;
  /** Whether a list admits the old key. */
  readonly listed: boolean;
}

/** Gives everything of one key to the next: name, places, rights, and mutes. */
export function inherit(
  inheritance: Inheritance,
  turn: Omit<Turn, "session">,
): readonly Effect[] {
  const { owner, next } = inheritance;
  const { house } = turn;
  const old = Uint8Array.fromHex(owner);
  const rulings = [...rightsOf(inheritance, turn), ...retire(owner, turn)];
  for (const ruling of rulings) apply(ruling, house);
  const changes: Change[] = [
    ...nameOf(inheritance, turn),
    ...admissionOf(inheritance, turn),
    ...rulings,
    { kind: "hand over", owner: old, next },
  ];
  return [
    ...changes.map((change): Effect => ({ kind: "save", change })),
    ...placesOf(inheritance, house),
    ...madeBy(inheritance, house),
  ];
}

/** Direct rooms are known by their other member, who has another key now. */
export function tellPeersOf(owner: string, house: House): readonly Effect[] {
  return roomsOf(owner, house).flatMap((room) => {
    const peer = peerIn(room, owner);
    const online = peer === null ? undefined : house.people.get(peer);
    return [...online?.sessions ?? []].map((session): Effect => {
      const message = describe(room, session.owner, house);
      return { kind: "reply", session: session.id, message };
    });
  });
}

function nameOf(
  { owner, next }: Inheritance,
  { house, at }: Omit<Turn, "session">,
): readonly Change[] {
  house.guests.handOver(owner, next.toHex());
  const guest = house.guests.guestOf(next.toHex());
  if (guest === undefined) return [];
  const { shown, form } = guest.name;
  // A name is one identity's: this takes it from the old one. The sealing key goes
  // with it, as the next one has to sign its own.
  return [{ kind: "name", name: { owner: next, shown, form, seen: at } }];
}

function admissionOf(
  { owner, next, listed }: Inheritance,
  { house, at }: Omit<Turn, "session">,
): readonly Change[] {
  const isAdmitted = house.admitted.delete(owner);
  if (!isAdmitted && !listed) return [];
  house.admitted.add(next.toHex());
  return [
    { kind: "expel", owner: Uint8Array.fromHex(owner) },
    { kind: "admit", admission: { owner: next, at } },
  ];
}

/** A role, or a mute: nobody has both. */
function rightsOf(
  { owner, next }: Inheritance,
  { house, at }: Omit<Turn, "session">,
): readonly Change[] {
  const [from, to] = [Uint8Array.fromHex(owner), next].map(fingerprintText);
  const mute = house.sanctions.get(sanctionKey("mute", from as string));
  const isMuted = mute !== undefined && isInForce(mute, at);
  const other = house.sanctions.get(sanctionKey("mute", to as string));
  const role = house.roles.get(owner);
  const until = Math.max(mute?.until ?? Infinity, other?.until ?? 0);
  return [
    ...mute === undefined
      ? []
      : [{ kind: "lift", of: "mute", subject: mute.subject } as const],
    ...isMuted
      ? [
        {
          kind: "sanction",
          sanction: {
            ...mute,
            subject: to as string,
            until: until === Infinity || other?.until === null ? null : until,
          },
        } as const,
        { kind: "role", owner: next, role: null } as const,
      ]
      : [],
    ...role === undefined ? [] : [
      { kind: "role", owner: Uint8Array.fromHex(owner), role: null } as const,
      { kind: "role", owner: next, role } as const,
    ],
  ];
}

/** Keeps the old key out: whoever comes with it may have stolen it. */
function retire(
  owner: string,
  { house, at }: Omit<Turn, "session">,
): readonly Change[] {
  const retired = [...house.sanctions.values()].filter(isRetirement)
    .sort((a, b) => a.at - b.at);
  const subject = fingerprintText(Uint8Array.fromHex(owner));
  const name = house.guests.guestOf(owner)?.name.shown ?? "";
  return [
    ...retired.slice(0, Math.max(0, retired.length + 1 - MAX_RETIRED))
      .map(({ subject }) => ({ kind: "lift", of: "ban", subject }) as const),
    {
      kind: "sanction",
      sanction: { kind: "ban", subject, name, by: "", at, until: null },
    },
  ];
}

function placesOf(
  { owner, next }: Inheritance,
  house: House,
): readonly Effect[] {
  const heir = next.toHex();
  return roomsOf(owner, house).flatMap((room) => {
    const place = room.members.get(owner) as Place;
    const peer = peerIn(room, owner);
    const forgotten = unbelong(owner, room, house);
    belong(heir, room, { house, place });
    if (peer !== null) {
      house.forms.delete(room.form);
      room.form = directForm(heir, peer);
      house.forms.set(room.form, room);
    }
    const renamed = peer === null ? [] : [found(room)];
    return [forgotten, saveMember(heir, room), ...renamed];
  });
}

/** Rooms that the old key made, in them or not. */
function madeBy({ owner, next }: Inheritance, house: House): readonly Effect[] {
  const made = [...house.rooms.values()]
    .filter(({ creator }) => creator === owner);
  return made.map((room) => {
    room.creator = next.toHex();
    return found(room);
  });
}

/** How a room is found, and who made it. */
function found({ number, form, creator }: Room): Effect {
  const maker = creator === null ? null : Uint8Array.fromHex(creator);
  const change = { kind: "room", room: number, form, creator: maker } as const;
  return { kind: "save", change };
}
