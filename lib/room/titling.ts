import type { MessageOfKind } from "../protocol/messages.ts";
import type { Room } from "./house.ts";
import type { Effect } from "./house_event.ts";
import { refuseSealed } from "./ordering.ts";
import { refuse } from "./refusal.ts";
import { standingOf } from "./rights.ts";
import type { PersonTurn } from "./turn.ts";

// C0, DEL and C1 controls: a topic is one line.
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Whoever made an open room gives it a topic, and operators do. */
export function titleRoom(
  { id, text }: MessageOfKind<"title">,
  room: Room,
  turn: PersonTurn,
): Effect {
  const { house, session, person, at } = turn;
  const { owner, name, fingerprint } = person;
  if (room.type !== "open") return refuseSealed("set topic", id, turn);
  const standing = standingOf(owner, { house, at });
  if (standing === "muted") {
    const text = "Cannot set topic: you are muted";
    return refuse({ id, code: "CHAT_MUTED", text }, turn);
  }
  if (!mayTitle(standing, owner, room)) {
    const text =
      "Cannot set topic: that is for operators and who made the room";
    return refuse({ id, code: "CHAT_FORBIDDEN", text }, turn);
  }
  if (CONTROL.test(text)) {
    const text = "Cannot set topic: it contains control characters";
    return refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn);
  }
  return {
    kind: "append",
    room,
    entry: { kind: "titled", at, name, fingerprint, text },
    by: { session: session.id, id },
  };
}

function mayTitle(standing: string, owner: string, room: Room): boolean {
  return standing !== "member" || room.creator === owner;
}
