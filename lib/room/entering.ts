import { ChatError } from "../errors.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import {
  belong,
  describe,
  lobbyOf,
  peerIn,
  roomsOf,
  saveMember,
} from "./belonging.ts";
import { chooseName } from "./entrance.ts";
import { takeDevice } from "./device.ts";
import type { Person } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { end } from "./leaving.ts";
import { banOf, banText, standingOf } from "./rights.ts";
import type { PersonTurn, Turn } from "./turn.ts";

/** Each try counts as a request: nobody comes, goes or asks without end. */
const COST = { messages: 1, bytes: 0 };
/** Of the house's: `joined` and, as nobody can be kept from leaving, `left`. */
const HOUSE_COST = { messages: 2, bytes: 0 };

type Enter = MessageOfKind<"enter">;

/**
 * Lets a session in under the name it asks for, asks it for another, or ends it.
 * Further sessions of an identity that is present share its name, whatever they
 * asked for.
 */
export function enter(request: Enter, turn: Turn): readonly Effect[] {
  const { house, session, at } = turn;
  const { limits, guests, strangers, allowance } = house;
  const { owner, console, identity } = session;
  const barred = whyBarred(request, turn);
  if (barred !== undefined) return barred;
  const online = house.people.get(owner);
  if (online !== undefined) return enterAgain(request, online, turn);
  if (house.people.size >= limits.members) {
    return end("full", `Cannot enter: ${house.people.size} are here`, turn);
  }
  const known = guests.guestOf(owner);
  const budget = known?.budget ?? strangers.budgetOf(owner, at);
  if (budget.spend(COST, at) > 0) return endTooOften(turn);
  const raw = request.name;
  const name = chooseName({ owner, raw, console }, guests);
  if ("kind" in name) {
    return [{ kind: "reply", session: session.id, message: name }];
  }
  if (!console && allowance.wait(HOUSE_COST, at) > 0) {
    return end("full", "Cannot enter: too much goes on, try again later", turn);
  }
  allowance.take(HOUSE_COST);
  strangers.forget(owner);
  guests.enter(owner, { name, budget });
  const { fingerprint, publicKey } = identity;
  const person: Person = {
    owner,
    name: name.shown,
    fingerprint,
    publicKey,
    since: at,
    budget,
    sessions: new Set(),
    typed: new Map(),
  };
  house.people.set(owner, person);
  const lobby = lobbyOf(house);
  const isNew = !lobby.members.has(owner);
  if (isNew) {
    const place = { since: lobby.seq, delivered: 0, read: 0 };
    belong(owner, lobby, { house, place });
  }
  const rooms = roomsOf(owner, house);
  for (const room of rooms) room.present.set(owner, person);
  const { shown, form } = name;
  const saved = { owner: fingerprint, shown, form, seen: at };
  return [
    ...admit(request, { ...turn, person }),
    { kind: "save", change: { kind: "name", name: saved } },
    ...isNew ? [saveMember(owner, lobby)] : [],
    ...known?.name.shown === shown ? [] : tellPeers(person, turn),
    ...rooms.map((room): Effect => {
      const entry = { kind: "joined", at, name: shown, fingerprint } as const;
      return { kind: "pass", room, entry };
    }),
  ];
}

/** Ends a session that may not enter, whatever it is called. */
function whyBarred(
  { invitation }: Enter,
  turn: Turn,
): readonly Effect[] | undefined {
  const { house, session } = turn;
  const { owner, address } = session;
  if (++session.nameAttempts > house.limits.nameAttempts) {
    return end("flooding", "Cannot enter: too many names tried", turn);
  }
  const ban = session.console ? undefined : banOf({ owner, address }, turn);
  if (ban !== undefined) return end("banned", banText(ban), turn);
  if (session.authorized || house.admitted.has(owner)) return undefined;
  if (invitation === null) {
    return end(
      "removed",
      "You are not authorized, and have no invitation",
      turn,
    );
  }
  return redeem(invitation, turn);
}

/** Admits an identity for good when it is the first with this secret. */
function redeem(
  secret: NonNullable<Enter["invitation"]>,
  turn: Turn,
): readonly Effect[] | undefined {
  const { house, session: { owner, identity }, at } = turn;
  const { history, digest } = house.settings;
  const redemption = {
    digest: digest(secret),
    owner: identity.fingerprint,
    at,
  };
  try {
    if (history.redeem(redemption)) {
      house.admitted.add(owner);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // It is stored or not, as a whole: the same may be tried again.
    return end("full", "Cannot admit you now: try again later", turn);
  }
  const text = "Your invitation was used by somebody else, or has expired";
  return end("uninvited", text, turn);
}

function enterAgain(
  request: Enter,
  person: Person,
  turn: Turn,
): readonly Effect[] {
  const { house, at } = turn;
  const count = person.sessions.size;
  if (count >= house.limits.sessionsPerIdentity) {
    return end("full", `Cannot enter: you are here ${count} times`, turn);
  }
  if (person.budget.spend(COST, at) > 0) return endTooOften(turn);
  return admit(request, { ...turn, person });
}

function endTooOften(turn: Turn): readonly Effect[] {
  return end("flooding", "Cannot enter: you come too often", turn);
}

/** Seats a session and tells it where it is. */
function admit({ device }: Enter, turn: PersonTurn): readonly Effect[] {
  const { house, session, person, at } = turn;
  const { history, serverName, motd } = house.settings;
  const { owner, fingerprint, name } = person;
  person.sessions.add(session);
  session.person = person;
  const { last: number } = takeDevice(session, { fingerprint, device }, house);
  const standing = standingOf(owner, { house, at });
  const present = house.people.size;
  const log = Uint8Array.from(history.logId);
  const reply = (message: Extract<Effect, { kind: "reply" }>["message"]) =>
    ({ kind: "reply", session: session.id, message }) as const;
  return [
    reply({
      kind: "entered",
      ...{ name, standing, serverName, motd, present, log, number },
    }),
    ...roomsOf(owner, house).map((room) => reply(describe(room, owner, house))),
  ];
}

/** Direct rooms are called by their other member: it has another name now. */
function tellPeers(person: Person, { house }: Turn): readonly Effect[] {
  return roomsOf(person.owner, house).flatMap((room) => {
    const peer = peerIn(room, person.owner);
    const online = peer === null ? undefined : house.people.get(peer);
    return [...online?.sessions ?? []].map((session): Effect => {
      const message = describe(room, session.owner, house);
      return { kind: "reply", session: session.id, message };
    });
  });
}
