import { concat } from "../bytes.ts";
import { MAX_PAGE_BYTES, MAX_PAGE_ENTRIES } from "../protocol/limits.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { floorOf, saveMember } from "./belonging.ts";
import type { Place, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

type Follow = Extract<Effect, { readonly kind: "follow" }>;

/** Hits of one search at most; it can be gone on with. */
const HITS = 50;

/** From here on the session reads a room, after the entry it has. */
export function follow(
  { id, after }: MessageOfKind<"follow">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, person } = turn;
  if (session.follows.has(room.number)) {
    const text = "Cannot follow: you follow that room already";
    return [refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn)];
  }
  session.follows.add(room.number);
  const floor = floorOf(placeOf(room, turn), room, house);
  const marks = marksOfOthers(room, person.owner, turn);
  return [{
    kind: "follow",
    session: session.id,
    ...{ id, room, after, floor, marks },
  }];
}

/** The newest entries before one, as far as the asker may read them. */
export function readHistory(
  request: MessageOfKind<"history">,
  room: Room,
  turn: PersonTurn,
): Effect {
  const { history } = turn.house.settings;
  return answerPage(request, { room, turn }, (floor) => {
    const end = Math.min(request.before ?? Infinity, room.seq + 1);
    const limit = Math.min(
      Math.max(1, request.limit),
      MAX_PAGE_ENTRIES,
      end - 1 - floor,
    );
    if (limit <= 0) return { found: new Uint8Array(0), before: null };
    const { first, last, bytes } = history.readBefore(room.number, {
      before: end,
      limit,
      maxBytes: MAX_PAGE_BYTES,
    });
    const oldest = Math.max(
      floor + 1,
      history.room(room.number)?.firstSeq ?? 1,
    );
    const more = last >= first && first > oldest;
    return { found: bytes, before: more ? first : null };
  });
}

/** The newest entries that have all these words, likewise. */
export function search(
  request: MessageOfKind<"search">,
  room: Room,
  turn: PersonTurn,
): Effect {
  const { before, words } = request;
  return answerPage(request, { room, turn }, (floor) => {
    const { hits, rest } = turn.house.settings.history.search(
      room.number,
      words,
      { limit: HITS, ...before === null ? {} : { before } },
    );
    const found: Uint8Array[] = [];
    let bytes = 0;
    let next = rest ?? null;
    for (const { seq, payload } of hits) { // newest first
      if (seq <= floor) {
        next = null;
        break;
      }
      bytes += payload.length;
      if (bytes > MAX_PAGE_BYTES) {
        next = seq + 1;
        break;
      }
      found.unshift(payload);
    }
    if (next !== null && next <= floor + 1) next = null;
    return { found: concat(...found), before: next };
  });
}

/** A part of a log, as members get it, and what to ask for what is older. */
interface Part {
  readonly found: Uint8Array;
  readonly before: number | null;
}

/** @param find Gets the entry whose followers the asker may read. */
function answerPage(
  { id }: { readonly id: number },
  { room, turn }: { readonly room: Room; readonly turn: PersonTurn },
  find: (floor: number) => Part,
): Effect {
  const { house, session } = turn;
  try {
    const floor = floorOf(placeOf(room, turn), room, house);
    const { found, before } = find(floor);
    const entries = house.settings.unframe(found);
    const page = {
      kind: "page",
      id,
      room: room.number,
      before,
      entries,
    } as const;
    return { kind: "reply", session: session.id, message: page };
  } catch (error) {
    return refuseError(error, id, turn);
  }
}

/** Notes how far somebody has got in a room of two, and tells the other. */
export function mark(
  { id, delivered, read }: MessageOfKind<"mark">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { person, at } = turn;
  if (room.type !== "direct") {
    const text = "Cannot mark: only rooms of two have marks";
    return [refuse({ id, code: "CHAT_FORBIDDEN", text }, turn)];
  }
  const place = placeOf(room, turn);
  const reached = Math.min(
    Math.max(place.delivered, delivered, read),
    room.seq,
  );
  const seen = Math.min(Math.max(place.read, read), room.seq);
  if (reached === place.delivered && seen === place.read) {
    return [done(id, turn)];
  }
  place.delivered = reached;
  place.read = seen;
  const { owner, name, fingerprint } = person;
  const author = { at, name, fingerprint };
  return [
    saveMember(owner, room),
    {
      kind: "pass",
      room,
      entry: { kind: "marks", ...author, delivered: reached, read: seen },
    },
    done(id, turn),
  ];
}

/** Between two times that a room is told that somebody types there, in ms. */
export const TYPING_MS = 1_000;
/** Rooms whose times are remembered; then it may be told once more often. */
const MAX_TYPED = 512;
/** Of what all may cause: it reaches everybody, though it is not kept. */
const TYPING_COST = { messages: 0.25, bytes: 0 };

/**
 * Tells who is in a room that somebody types there, but not more often than
 * anybody needs to know, and not when there is more important to tell.
 */
export function tellTyping(
  { id }: MessageOfKind<"type">,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person, at } = turn;
  const { owner, name, fingerprint, typed } = person;
  const isRecent = at - (typed.get(room.number) ?? -TYPING_MS) < TYPING_MS;
  const isMuted = standingOf(owner, { house, at }) === "muted";
  if (isRecent || isMuted || house.allowance.wait(TYPING_COST, at) > 0) {
    return [done(id, turn)];
  }
  house.allowance.take(TYPING_COST);
  if (typed.size > MAX_TYPED) typed.clear(); // rooms that it has left
  typed.set(room.number, at);
  const entry = { kind: "typing", at, name, fingerprint } as const;
  return [{ kind: "pass", room, entry }, done(id, turn)];
}

function placeOf(room: Room, { person }: PersonTurn): Place {
  const place = room.members.get(person.owner);
  if (place === undefined) throw new Error("It does not belong to the room");
  return place;
}

/** How far the other of a room of two has got, for who begins to read it. */
function marksOfOthers(
  room: Room,
  owner: string,
  { house, at }: PersonTurn,
): Follow["marks"] {
  if (room.type !== "direct") return [];
  return [...room.members].flatMap(([other, { delivered, read }]) => {
    const guest = house.guests.guestOf(other);
    if (other === owner || guest === undefined || delivered === 0) return [];
    const fingerprint = Uint8Array.fromHex(other);
    const author = { at, name: guest.name.shown, fingerprint };
    return [{ kind: "marks", ...author, delivered, read } as const];
  });
}
