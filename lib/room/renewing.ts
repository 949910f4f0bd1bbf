import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { directForm, lobbyOf, peerIn, roomsOf } from "./belonging.ts";
import type { Budget } from "./budget.ts";
import type { House, Session } from "./house.ts";
import type { Effect, HouseEvent, ProvenIdentity } from "./house_event.ts";
import { inherit, tellPeersOf } from "./inheritance.ts";
import { close, end } from "./leaving.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { banOf, banText, isRetirement, sanctionOn } from "./rights.ts";
import { fingerprintText } from "./subject.ts";
import type { Turn } from "./turn.ts";

type Rotate = Extract<HouseEvent, { readonly kind: "rotate" }>;

/** The least that a rotation counts as, in messages; more rooms cost more. */
const LEAST_COST = 10;
/** The most that an entry takes that tells it: a name, two keys and numbers. */
const MAX_RENEWED_BYTES = 512;

/**
 * Hands everything an identity has over to the next key of the same person, and
 * lets the old key in no more. All of it is stored with the entries that tell it,
 * and then acknowledged. Nobody need have entered for it: who was never here under
 * the old key is told so, and comes with the new one.
 */
export function renew(event: Rotate, turn: Turn): readonly Effect[] {
  const { session } = turn;
  const { id, next } = event;
  if (id <= session.lastRequest) {
    const text = `Cannot answer request ${id}: its number is used`;
    return end("protocol_error", text, turn);
  }
  session.lastRequest = id;
  // Each has cost the server two signatures, whatever comes of it.
  if (++session.nameAttempts > turn.house.limits.nameAttempts) {
    return end("flooding", "Cannot rotate: too many tries", turn);
  }
  if (next === null) {
    const text = "Cannot rotate: the two keys did not both sign it";
    return end("protocol_error", text, turn);
  }
  const barred = whyBarred(turn);
  if (barred !== undefined) return barred;
  try {
    checkKnown(event, turn);
    checkNext(next, turn);
    requireSpace(turn);
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  const retryMs = pay(turn);
  if (retryMs === 0) {
    const { owner: previous } = session;
    const { fingerprint } = next;
    const { listed } = event;
    const by = { session, id };
    return succeed({ previous, next: fingerprint, listed, by }, turn);
  }
  const text = `Cannot rotate: wait ${retryMs} ms`;
  return [refuse({ id, code: "CHAT_RATE_LIMITED", text, retryMs }, turn)];
}

/**
 * Does the same for the server, when it was here before with another key that has
 * named its own: its console has a name like everybody.
 */
export function succeedServer(
  { previous, next }: Extract<HouseEvent, { readonly kind: "succeed" }>,
  turn: Omit<Turn, "session">,
): readonly Effect[] {
  const { house } = turn;
  const owner = previous.toHex();
  if (!isHere(owner, house) || isHere(next.toHex(), house)) return [];
  return succeed({ previous: owner, next, listed: false }, turn);
}

/** Who takes whose place. */
interface Heir {
  /** The old key, in hex. */
  readonly previous: string;
  /** Fingerprint of the next one. */
  readonly next: Bytes;
  readonly listed: boolean;
  /** Who asked for it, and under which number. */
  readonly by?: { readonly session: Session; readonly id: number };
}

function succeed(
  { previous, next, listed, by }: Heir,
  turn: Omit<Turn, "session">,
): readonly Effect[] {
  const { house, at } = turn;
  const fingerprint = Uint8Array.fromHex(previous);
  const sessions = [...house.sessions.values()]
    .filter(({ owner }) => owner === previous);
  const left = sessions
    .flatMap((session) => close("quit", { ...turn, session }));
  const name = house.guests.guestOf(previous)?.name.shown;
  const saves = inherit({ owner: previous, next, listed }, turn);
  const heir = next.toHex();
  const rooms = name === undefined ? [] : roomsOf(heir, house);
  const lobby = lobbyOf(house);
  const asker = by && { session: by.session.id, id: by.id };
  return [
    ...left,
    ...saves,
    ...rooms.map((room): Effect => ({
      kind: "append",
      room,
      entry: { kind: "renewed", at, name: name ?? "", fingerprint, next },
      insist: true,
      ...room === lobby && asker !== undefined ? { by: asker } : {},
    })),
    ...by === undefined || rooms.includes(lobby) ? [] : [done(by.id, by)],
    ...tellPeersOf(heir, house),
    ...sessions.map(({ id }): Effect => ({
      kind: "end",
      session: id,
      why: "removed",
      text: "Your key was replaced by the next one: come with that",
    })),
  ];
}

/** Ends a session that could not enter either. */
function whyBarred(turn: Turn): readonly Effect[] | undefined {
  const { house, session } = turn;
  const { owner } = session;
  const ban = banOf(session, turn);
  if (ban !== undefined && !isRetirement(ban)) {
    return end("banned", banText(ban), turn);
  }
  if (session.authorized || house.admitted.has(owner)) return undefined;
  return end("removed", "Cannot rotate: you are not authorized here", turn);
}

/** @throws {ChatError} `CHAT_NO_SUCH_MEMBER`, `CHAT_FORBIDDEN`. */
function checkKnown({ listed }: Rotate, turn: Turn): void {
  const { house, session } = turn;
  const { owner } = session;
  const isKnown = listed || house.admitted.has(owner) || isHere(owner, house) ||
    house.roles.has(owner);
  if (!isKnown || banOf(session, turn) !== undefined) { // a retirement, then
    throw new ChatError(
      "CHAT_NO_SUCH_MEMBER",
      "Cannot rotate: nobody is known here by the old key",
    );
  }
  const isNamed = house.settings.owners?.includes(owner) ?? false;
  const isServer = [...house.sessions.values()]
    .some((other) => other.console && other.owner === owner);
  if (isNamed || isServer) {
    throw new ChatError(
      "CHAT_FORBIDDEN",
      "Cannot rotate: the operator of the server names your key as an owner's, and must name the next one first",
    );
  }
}

/** @throws {ChatError} `CHAT_NAME_TAKEN`, `CHAT_FORBIDDEN`. */
function checkNext({ fingerprint }: ProvenIdentity, turn: Turn): void {
  const { house, session } = turn;
  const heir = fingerprint.toHex();
  const subject = fingerprintText(fingerprint);
  if (sanctionOn(subject, { ...turn, kind: "ban" }) !== undefined) {
    throw new ChatError(
      "CHAT_FORBIDDEN",
      "Cannot rotate: the next key is banned here",
    );
  }
  if (isHere(heir, house) || wasWithPeerOf(session.owner, heir, house)) {
    throw new ChatError(
      "CHAT_NAME_TAKEN",
      "Cannot rotate: the next key belongs to somebody here already",
    );
  }
}

/**
 * Nobody is to have another key without that all are told.
 *
 * @throws {ChatError} `CHAT_STORE_FULL`, `CHAT_STORE_DAMAGED`.
 */
function requireSpace({ house, session, at }: Turn): void {
  const { history } = house.settings;
  const { owner, identity: { fingerprint } } = session;
  history.requireSpace(roomsOf(owner, house).length * MAX_RENEWED_BYTES);
  const name = house.guests.guestOf(owner)?.name;
  if (name === undefined) return;
  // A quota is not all that can be in the way: this finds out, and changes nothing.
  const { shown, form } = name;
  const seen = { owner: fingerprint, shown, form, seen: at };
  history.append([], [{ kind: "name", name: seen }]);
}

/**
 * Whether a room of two of the next key takes the place of one of the old key: it
 * outlives that the server has forgotten who left it.
 */
function wasWithPeerOf(owner: string, heir: string, house: House): boolean {
  return roomsOf(owner, house).some((room) => {
    const peer = peerIn(room, owner);
    if (peer === null) return false;
    return peer === heir || house.forms.has(directForm(heir, peer));
  });
}

function isHere(owner: string, house: House): boolean {
  return house.guests.guestOf(owner) !== undefined ||
    house.belongings.has(owner);
}

/** Pays for an entry in each room, or returns for how long that must wait. */
function pay({ house, session, at }: Turn): number {
  const { limits, guests, strangers, allowance } = house;
  const { owner } = session;
  const rooms = roomsOf(owner, house).length;
  const cost = {
    messages: Math.min(Math.max(LEAST_COST, rooms), limits.messageBurst),
    bytes: 0,
  };
  const entries = {
    messages: Math.min(rooms, limits.roomMessageBurst),
    bytes: 0,
  };
  const budget: Budget = guests.guestOf(owner)?.budget ??
    strangers.budgetOf(owner, at);
  const wait = allowance.wait(entries, at) || budget.spend(cost, at);
  if (wait === 0) allowance.take(entries);
  return wait;
}
