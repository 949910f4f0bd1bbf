import {
  MAX_MEMBERS_PER_PAGE,
  MAX_ROOMS_PER_PAGE,
} from "../protocol/limits.ts";
import type { Request } from "../protocol/messages.ts";
import { utf8Length } from "../protocol/text.ts";
import type { Cost } from "./allowance.ts";
import { foundDirect, foundSealed } from "./founding.ts";
import type { House, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { invite } from "./inviting.ts";
import { openDirect } from "./direct.ts";
import { joinRoom, joinSealed, leaveRoom } from "./joining.ts";
import { end } from "./leaving.ts";
import { listBans, moderate } from "./moderation.ts";
import { identify, listMembers, listRooms } from "./listing.ts";
import { follow, mark, readHistory, search, tellTyping } from "./reading.ts";
import { propose, readHead, refresh } from "./ordering.ts";
import { refuse } from "./refusal.ts";
import { publishKey, tellKey } from "./sealing_keys.ts";
import { countRooms } from "./space.ts";
import { titleRoom } from "./titling.ts";
import type { PersonTurn } from "./turn.ts";
import { recall, type Speech, utter, utterSealed } from "./uttering.ts";

/** What a request counts as, in messages; those left out count one. */
export const REQUEST_COSTS: Partial<Record<Request["kind"], number>> = {
  join: 5,
  direct: 5,
  history: 5,
  search: 5,
  bans: 5,
  invite: 5,
  mark: 0.25,
  type: 0.25,
  publish: 5,
  ask_key: 5,
  found: 5,
  join_sealed: 5,
  ask_head: 5, // as long as a page
  refresh: 5, // stored at once
};

/** Requests that have something of any length kept, other than what people say. */
const KEPT: ReadonlySet<Request["kind"]> = new Set([
  "title",
  "found",
  "propose",
  "publish",
  "refresh",
]);

/** Requests that each page of a list of people or rooms counts as. */
export const PAGE_COST = 5;

/**
 * How long after its time a refused message is waited for, in milliseconds: no
 * shorter than a connection may stall, or what is on its way would overtake it.
 */
export const BLOCK_MS = 60_000;

/** Messages that may be on their way when one before them is refused. */
export const MAX_BEHIND = 64;

/** Answers a request, under its number and exactly once. */
export function answer(
  request: Request,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, person, at } = turn;
  const { id } = request;
  const cost = costOf(request, house);
  const isSpeech = "number" in request;
  const isKept = isSpeech || KEPT.has(request.kind); // in what all share
  if (isSpeech && isBehind(request, turn)) {
    return refuseBehind(request, turn);
  }
  const houseMs = isKept && !session.console
    ? house.allowance.wait(cost, at)
    : 0; // the server itself speaks whatever goes on
  if (houseMs > 0 && person.budget.wait(cost, at) === 0) {
    if (isSpeech) block(request, houseMs, turn);
    return [refuseRate({ id, retryMs: houseMs }, turn)]; // others' fault
  }
  const ownMs = person.budget.spend(cost, at);
  if (ownMs > 0) {
    const retryMs = Math.max(ownMs, houseMs);
    if (isSpeech) block(request, retryMs, turn);
    return refuseOwn({ id, retryMs }, turn);
  }
  if (isKept) house.allowance.take(cost);
  if (isSpeech) {
    session.blocked = null;
    const stored = recall(request, turn);
    if (stored !== undefined) return [stored];
  }
  if (!isInside(request)) return answerOutside(request, turn);
  const room = house.rooms.get(request.room);
  if (room === undefined || !room.members.has(person.owner)) {
    const text = `Cannot ${request.kind}: you are in no room ${request.room}`;
    return [refuse({ id, code: "CHAT_NO_SUCH_ROOM", text }, turn)];
  }
  return answerInside(request, room, turn);
}

/** A request about a room that is there already. */
type InRoom =
  & Extract<Request, { readonly room: number | null }>
  & { readonly room: number };

function isInside(request: Request): request is InRoom {
  return "room" in request && request.room !== null;
}

function answerOutside(
  request: Exclude<Request, InRoom>,
  turn: PersonTurn,
): readonly Effect[] {
  switch (request.kind) {
    case "whois":
      return [identify(request, turn)];
    case "join":
      return joinRoom(request, turn);
    case "rooms":
      return listRooms(request.id, turn);
    case "direct":
      return openDirect(request, turn);
    case "moderate":
      return moderate(request, turn);
    case "bans":
      return listBans(request.id, turn);
    case "invite":
      return [invite(request, turn)];
    case "publish":
      return [publishKey(request, turn)];
    case "ask_key":
      return [tellKey(request, turn)];
    case "join_sealed":
      return joinSealed(request, turn);
    case "found":
      return foundSealed(request, turn);
    case "rotate":
      // Its signature has to be checked first: it comes as an event of its own.
      throw new Error("Cannot rotate: the signature was not checked");
  }
}

function answerInside(
  request: InRoom,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  switch (request.kind) {
    case "say":
    case "act":
      return utter(request, room, turn);
    case "who":
      return listMembers(request.id, room, turn);
    case "leave":
      return leaveRoom(request.id, room, turn);
    case "follow":
      return follow(request, room, turn);
    case "title":
      return [titleRoom(request, room, turn)];
    case "history":
      return [readHistory(request, room, turn)];
    case "search":
      return [search(request, room, turn)];
    case "mark":
      return mark(request, room, turn);
    case "type":
      return tellTyping(request, room, turn);
    case "seal":
      return utterSealed(request, room, turn);
    case "found":
      return foundDirect(request, room, turn);
    case "propose":
      return [propose(request, room, turn)];
    case "refresh":
      return [refresh(request, room, turn)];
    case "ask_head":
      return [readHead(request, room, turn)];
  }
}

function costOf(request: Request, house: House): Cost {
  // What costs more than a whole burst could never be asked.
  const most = house.limits.messageBurst;
  if (request.kind === "who") {
    const present = house.rooms.get(request.room)?.present.size ?? 0;
    const pages = Math.ceil(Math.max(1, present) / MAX_MEMBERS_PER_PAGE);
    return { messages: Math.min(PAGE_COST * pages, most), bytes: 0 };
  }
  if (request.kind === "rooms") {
    const pages = Math.ceil(countRooms("open", house) / MAX_ROOMS_PER_PAGE);
    return { messages: Math.min(PAGE_COST * pages, most), bytes: 0 };
  }
  const messages = Math.min(REQUEST_COSTS[request.kind] ?? 1, most);
  return { messages, bytes: bytesOf(request) };
}

/** What it brings that is to be stored, or passed on. */
function bytesOf(request: Request): number {
  switch (request.kind) {
    case "say":
    case "act":
    case "title":
      return utf8Length(request.text);
    case "seal":
      return request.body.length;
    case "propose":
      return request.commit.length + request.info.length;
    case "refresh":
      return request.info.length;
    case "found": {
      const { title, info, hello } = request;
      return title.length + info.length + hello.length;
    }
    case "publish":
      return request.key.length;
    default:
      return 0;
  }
}

/**
 * Whether a message comes behind one that has to come again. It was on its way
 * when that was refused, so it does not count; more than could have been do.
 */
function isBehind(
  { number }: Speech,
  { session: { blocked }, at }: PersonTurn,
): boolean {
  if (blocked === null || number <= blocked.number) return false;
  return at < blocked.until && ++blocked.behind <= MAX_BEHIND;
}

/** From now on nothing later is taken before this message comes again. */
function block(
  { number }: Speech,
  retryMs: number,
  { session, at }: PersonTurn,
): void {
  session.blocked = { number, until: at + retryMs + BLOCK_MS, behind: 0 };
}

function refuseBehind(
  request: Speech,
  turn: PersonTurn,
): readonly Effect[] {
  const { id } = request;
  const cost = { messages: 1, bytes: bytesOf(request) };
  const retryMs = Math.max(1, turn.person.budget.wait(cost, turn.at));
  return [refuseRate({ id, retryMs }, turn)];
}

function refuseRate(
  { id, retryMs }: { id: number; retryMs: number },
  turn: PersonTurn,
): Effect {
  const code = "CHAT_RATE_LIMITED";
  const text = `Cannot take more: wait ${retryMs} ms`;
  return refuse({ id, code, text, retryMs }, turn);
}

function refuseOwn(
  refusal: { id: number; retryMs: number },
  turn: PersonTurn,
): readonly Effect[] {
  const refused = refuseRate(refusal, turn);
  if (turn.person.budget.refusals < turn.house.limits.refusals) {
    return [refused];
  }
  return [refused, ...end("flooding", "You sent too much too fast", turn)];
}
