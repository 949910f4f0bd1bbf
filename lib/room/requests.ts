import { MAX_MEMBERS_PER_PAGE } from "../protocol/limits.ts";
import type { MessageOfKind, Request } from "../protocol/messages.ts";
import { utf8Length, whyTextInvalid } from "../protocol/text.ts";
import type { Cost } from "./allowance.ts";
import { end } from "./leaving.ts";
import { memberNamed } from "./member_named.ts";
import { refuse } from "./refusal.ts";
import type { RoomEffect } from "./room_event.ts";
import type { Member, Room } from "./room_state.ts";
import type { Turn } from "./turn.ts";

/** Requests that each page of a list of members counts as, for its size. */
export const WHO_COST = 5;

/** A turn of somebody who is in the room. */
interface MemberTurn extends Turn {
  readonly member: Member;
}

type Utterance = MessageOfKind<"say" | "act">;

/** Answers a request, under its number and exactly once. */
export function answer(
  request: Request,
  turn: MemberTurn,
): readonly RoomEffect[] {
  const { room, member, at } = turn;
  const { id } = request;
  const cost = costOf(request, room);
  const roomMs = "text" in request ? roomWait(cost, turn) : 0;
  if (roomMs > 0 && member.budget.wait(cost, at) === 0) {
    return [refuseRate({ id, retryMs: roomMs }, turn)]; // others' fault
  }
  const ownMs = member.budget.spend(cost, at);
  if (ownMs > 0) {
    return refuseOwn({ id, retryMs: Math.max(ownMs, roomMs) }, turn);
  }
  if ("text" in request) room.allowance.take(cost);
  if ("room" in request && request.room !== room.settings.number) {
    const text = `Cannot ${request.kind}: there is no room ${request.room}`;
    return [refuse({ id, code: "CHAT_NO_SUCH_ROOM", text }, turn)];
  }
  switch (request.kind) {
    case "say":
    case "act":
      return utter(request, turn);
    case "who":
      return listMembers(id, turn);
    case "whois":
      return [identify(request, turn)];
  }
}

/** The operator is heard whatever goes on. */
function roomWait(cost: Cost, { room, session, at }: Turn): number {
  return session.console ? 0 : room.allowance.wait(cost, at);
}

function costOf(request: Request, { members, limits }: Room): Cost {
  if (request.kind === "who") {
    const pages = Math.ceil(members.size / MAX_MEMBERS_PER_PAGE);
    // What costs more than a whole burst could never be asked.
    const messages = Math.min(WHO_COST * pages, limits.messageBurst);
    return { messages, bytes: 0 };
  }
  const bytes = "text" in request ? utf8Length(request.text) : 0;
  return { messages: 1, bytes };
}

function refuseRate(
  { id, retryMs }: { id: number; retryMs: number },
  turn: Turn,
): RoomEffect {
  const code = "CHAT_RATE_LIMITED";
  const text = `Cannot take more: wait ${retryMs} ms`;
  return refuse({ id, code, text, retryMs }, turn);
}

function refuseOwn(
  refusal: { id: number; retryMs: number },
  turn: MemberTurn,
): readonly RoomEffect[] {
  const refused = refuseRate(refusal, turn);
  if (turn.member.budget.refusals < turn.room.limits.refusals) return [refused];
  return [refused, ...end("flooding", "You sent too much too fast", turn)];
}

function utter(
  { kind, id, text }: Utterance,
  turn: MemberTurn,
): readonly RoomEffect[] {
  const { room, session, member, at } = turn;
  const why = whyTextInvalid(text);
  if (why !== null) {
    const code = "CHAT_MESSAGE_INVALID";
    return [refuse({ id, code, text: `Cannot send message: ${why}` }, turn)];
  }
  const seq = ++room.seq;
  return [{
    kind: "append",
    entry: {
      kind: kind === "say" ? "said" : "did",
      room: room.settings.number,
      seq,
      at,
      name: member.name,
      fingerprint: member.fingerprint,
      text,
    },
  }, {
    kind: "reply",
    session: session.id,
    message: { kind: "ack", id, seq, at },
  }];
}

function listMembers(
  id: number,
  { room, session }: Turn,
): readonly RoomEffect[] {
  const members = [...room.members.values()].map((
    { name, fingerprint, since },
  ) => ({ name, fingerprint, since }));
  const pages: RoomEffect[] = [];
  for (let from = 0; from < members.length; from += MAX_MEMBERS_PER_PAGE) {
    const to = from + MAX_MEMBERS_PER_PAGE;
    pages.push({
      kind: "reply",
      session: session.id,
      message: {
        kind: "members",
        id,
        room: room.settings.number,
        more: to < members.length,
        members: members.slice(from, to),
      },
    });
  }
  return pages;
}

function identify(
  { id, name: raw }: MessageOfKind<"whois">,
  turn: Turn,
): RoomEffect {
  const { room, session } = turn;
  const member = memberNamed(raw, room);
  if (member === undefined) {
    const text = "Cannot identify: nobody of that name is here";
    return refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn);
  }
  const { name, publicKey, fingerprint, since } = member;
  return {
    kind: "reply",
    session: session.id,
    message: { kind: "identity", id, name, publicKey, fingerprint, since },
  };
}
