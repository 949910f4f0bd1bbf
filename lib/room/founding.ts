import type { MessageOfKind } from "../protocol/messages.ts";
import { sealedForm } from "./belonging.ts";
import { reach } from "./direct.ts";
import { isFitting } from "./group.ts";
import type { Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { makeRoom } from "./joining.ts";
import { refuse, refuseError } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

type Found = MessageOfKind<"found">;

/** Makes the sealed room of a group, of just who asks for it. */
export function foundSealed(
  { id, group, replaces, title, info, hello }: Found,
  turn: PersonTurn,
): readonly Effect[] {
  const isWhole = replaces === null && title.length > 0 && info.length > 0 &&
    hello.length === 0;
  if (!isWhole) {
    const text = "Cannot make room: that introduces no sealed room";
    return [refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn)];
  }
  const form = sealedForm(group);
  if (turn.house.forms.has(form)) {
    const text = "Cannot make room: there is one of that group";
    return [refuse({ id, code: "CHAT_NAME_TAKEN", text }, turn)];
  }
  const sealedFor = { id: group, title, info, hello };
  const room = { name: "", form, kind: "sealed", group: sealedFor } as const;
  return makeRoom(id, room, turn);
}

/**
 * Gives a room of two its group, or another one. The other is to take its keys,
 * and is brought back for that if it has left; not for who may not speak to it.
 */
export function foundDirect(
  { id, group, replaces, title, info, hello }: Found,
  room: Room,
  turn: PersonTurn,
): readonly Effect[] {
  const { house, session, person, at } = turn;
  if (room.type !== "direct") {
    const text = "Cannot found: only rooms of two change their group";
    return [refuse({ id, code: "CHAT_FORBIDDEN", text }, turn)];
  }
  const isOther = replaces?.toHex() !== group.toHex(); // its turns begin anew
  if (!isOther || !isFitting(info, room.type) || hello.length === 0) {
    const text = "Cannot found: that introduces no other group";
    return [refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn)];
  }
  const { owner, fingerprint } = person;
  const isMuted = standingOf(owner, { house, at }) === "muted";
  let reached: ReturnType<typeof reach>;
  try {
    reached = isMuted ? [] : reach(room, turn);
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  if (typeof reached === "string") {
    return [refuse({ id, code: "CHAT_FULL", text: reached }, turn)];
  }
  return [...reached, {
    kind: "append",
    room,
    entry: { kind: "founded", at, name: "", fingerprint, group },
    claim: {
      kind: "founded",
      id: group,
      replaces,
      introduction: { title, info, hello },
    },
    by: { session: session.id, id },
  }];
}
