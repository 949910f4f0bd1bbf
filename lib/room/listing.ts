import type { Member } from "../protocol/entry.ts";
import {
  MAX_MEMBERS_PER_PAGE,
  MAX_ROOMS_PER_PAGE,
} from "../protocol/limits.ts";
import type { MessageOfKind, ServerMessage } from "../protocol/messages.ts";
import { nameOf } from "./belonging.ts";
import type { Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { refuse } from "./refusal.ts";
import { roleOf, standingOf } from "./rights.ts";
import { ownerNamed } from "./subject.ts";
import type { PersonTurn } from "./turn.ts";

/** Who is in a room: those online, of a direct room both. */
export function listMembers(
  id: number,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, at } = turn;
  const members: Member[] = [];
  for (const { owner, name, fingerprint, since } of room.present.values()) {
    const standing = standingOf(owner, { house, at });
    members.push({ name, fingerprint, since, standing, online: true });
  }
  if (room.type === "direct") {
    for (const owner of room.members.keys()) {
      if (room.present.has(owner)) continue;
      members.push({
        name: nameOf(owner, house),
        fingerprint: Uint8Array.fromHex(owner),
        since: 0,
        standing: standingOf(owner, { house, at }),
        online: false,
      });
    }
  }
  const { number } = room;
  return pages(members, MAX_MEMBERS_PER_PAGE, (members, more) => ({
    kind: "reply",
    session: session.id,
    message: { kind: "members", id, room: number, more, members },
  }));
}

/** All open rooms, by number. */
export function listRooms(id: number, turn: PersonTurn): readonly Effect[] {
  const { house, session, person } = turn;
  const rooms = [...house.rooms.values()]
    .filter(({ type }) => type === "open")
    .map(({ number, name, topic, present, members }) => ({
      room: number,
      name,
      topic,
      present: present.size,
      joined: members.has(person.owner),
    }));
  return pages(rooms, MAX_ROOMS_PER_PAGE, (rooms, more) => ({
    kind: "reply",
    session: session.id,
    message: { kind: "rooms", id, more, rooms },
  }));
}

/** Who somebody is that is online; operators learn where from. */
export function identify(
  { id, name: subject }: MessageOfKind<"whois">,
  turn: PersonTurn,
): Effect {
  const { house, session, at } = turn;
  const owner = ownerNamed(subject, house);
  const found = owner === undefined ? undefined : house.people.get(owner);
  if (found === undefined) {
    const text = "Cannot identify: nobody of that name is here";
    return refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn);
  }
  const { name, publicKey, fingerprint, since } = found;
  const standing = standingOf(found.owner, { house, at });
  const isOperator = roleOf(turn.person.owner, house) !== undefined;
  const [latest] = [...found.sessions].reverse();
  const address = isOperator ? latest?.address || null : null;
  const message: ServerMessage = {
    kind: "identity",
    ...{ id, name, publicKey, fingerprint, since, standing, address },
  };
  return { kind: "reply", session: session.id, message };
}

/** One page at least, the last of them without `more`. */
export function pages<T>(
  items: readonly T[],
  size: number,
  make: (items: readonly T[], more: boolean) => Effect,
): readonly Effect[] {
  const made: Effect[] = [];
  let from = 0;
  do {
    const to = from + size;
    made.push(make(items.slice(from, to), to < items.length));
    from = to;
  } while (from < items.length);
  return made;
}
