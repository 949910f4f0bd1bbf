import type { MessageOfKind } from "../protocol/messages.ts";
import type { Effect } from "./house_event.ts";
import { done, refuse, refuseError } from "./refusal.ts";
import { ownerNamed } from "./subject.ts";
import type { PersonTurn } from "./turn.ts";

/** Keeps the key by which somebody is given the secrets of rooms of two. */
export function publishKey(
  { id, key }: MessageOfKind<"publish">,
  turn: PersonTurn,
): Effect {
  const { house, person } = turn;
  if (key.length === 0) {
    const text = "Cannot publish: the key is empty";
    return refuse({ id, code: "CHAT_MESSAGE_INVALID", text }, turn);
  }
  const { fingerprint: owner } = person;
  try {
    house.settings.history.append([], [{ kind: "sealing key", owner, key }]);
    return done(id, turn);
  } catch (error) {
    return refuseError(error, id, turn);
  }
}

/** Tells the key of somebody known, online or not; empty when there is none. */
export function tellKey(
  { id, name }: MessageOfKind<"ask_key">,
  turn: PersonTurn,
): Effect {
  const { house, session } = turn;
  const owner = ownerNamed(name, house);
  if (owner === undefined || house.guests.guestOf(owner) === undefined) {
    const text = "Cannot tell a key: nobody of that name is known here";
    return refuse({ id, code: "CHAT_NO_SUCH_MEMBER", text }, turn);
  }
  const fingerprint = Uint8Array.fromHex(owner);
  try {
    const key = house.settings.history.sealingKey(fingerprint);
    const message = {
      kind: "sealing_key",
      ...{ id, fingerprint, key: Uint8Array.from(key ?? []) },
    } as const;
    return { kind: "reply", session: session.id, message };
  } catch (error) {
    return refuseError(error, id, turn);
  }
}
