import type { MessageOfKind } from "../protocol/messages.ts";
import { directForm, enroll, pairOf, roomsOf } from "./belonging.ts";
import type { House, Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { furnish } from "./joining.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import { makeSpace } from "./space.ts";
import { ownerNamed } from "./subject.ts";
import type { PersonTurn } from "./turn.ts";

/** The room of just two, which is made if there is none. */
export function openDirect(
  { id, name }: MessageOfKind<"direct">,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, person } = turn;
  const peer = ownerNamed(name, house);
  const isKnown = peer !== undefined &&
    house.guests.guestOf(peer) !== undefined;
  if (!isKnown || peer === person.owner) {
    const text = peer === person.owner
      ? "Cannot open a direct room: that is you"
      : "Cannot open a direct room: nobody of that name is known here";
    return [refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn)];
  }
  const pair = [person.owner, peer].sort();
  const form = directForm(person.owner, peer);
  const existing = house.forms.get(form);
  if (existing?.members.size === 2) return [done(id, turn, existing.number)];
  if (standingOf(person.owner, turn) === "muted") {
    const text = "Cannot open a direct room: you are muted";
    return [refuse({ id, code: "CHAT_MUTED", text }, turn)];
  }
  const why = whyFull(pair, existing, house);
  if (why !== null) return [refuse({ id, code: "CHAT_FULL", text: why }, turn)];
  let gone: readonly Effect[] = [];
  try {
    if (existing !== undefined) {
      return [...reunite(existing, turn), done(id, turn, existing.number)];
    }
    const space = makeSpace("direct", house);
    if (typeof space === "string") {
      return [refuse({ id, code: "CHAT_FULL", text: space }, turn)];
    }
    gone = space;
    const creator = person.fingerprint;
    const made = house.settings.history.createRoom(
      { name: "", form, kind: "direct", creator },
      pair.map((owner) => Uint8Array.fromHex(owner)),
    );
    return [
      ...space,
      ...furnish(made, pair, house),
      done(id, turn, made.number),
    ];
  } catch (error) {
    return [...gone, refuseError(error, id, turn)];
  }
}

/**
 * Brings back whoever has left a direct room, because the other speaks to it.
 *
 * @returns What that takes, or why it cannot be.
 * @throws {ChatError} As `History.append`.
 */
export function reach(
  room: Room,
  turn: PersonTurn,
): readonly Effect[] | string {
  if (room.type !== "direct" || room.members.size === 2) return [];
  return whyFull(pairOf(room), room, turn.house) ?? reunite(room, turn);
}

/**
 * Who is back reads on from here: it has left what was before.
 *
 * @throws {ChatError} As `History.append`.
 */
function reunite(room: Room, { house }: PersonTurn): readonly Effect[] {
  return pairOf(room).flatMap((owner) =>
    room.members.has(owner) ? [] : enroll(owner, room, house)
  );
}

/** What keeps two from a direct room, which may be there already. */
function whyFull(
  pair: readonly string[],
  room: Room | undefined,
  house: House,
): string | null {
  const { limits } = house;
  const isFull = pair.some((owner) =>
    !room?.members.has(owner) &&
    roomsOf(owner, house).filter(({ type }) => type === "direct").length >=
      limits.directPerIdentity
  );
  return isFull
    ? "Cannot open a direct room: one of you has too many; leave some"
    : null;
}
