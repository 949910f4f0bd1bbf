import type { ClientMessage } from "../protocol/messages.ts";
import { enter } from "./entering.ts";
import type { House } from "./house.ts";
import type { Effect, HouseEvent } from "./house_event.ts";
import { close, end, expel, shutDown } from "./leaving.ts";
import { answer } from "./requests.ts";
import { renew, succeedServer } from "./renewing.ts";
import type { Turn } from "./turn.ts";

/**
 * Applies one event at the server's time `at`, in milliseconds since the epoch,
 * and returns what the caller must do, in order. The order of messages is decided
 * here and nowhere else. No clock, no randomness, no I/O but the history: the same
 * events at the same times have the same effects; `house` changes in place.
 *
 * Events of a session that is over are ignored: what a peer sent before it
 * learned of its end still arrives.
 */
export function step(
  house: House,
  event: HouseEvent,
  at: number,
): readonly Effect[] {
  switch (event.kind) {
    case "open":
      return open(house, event);
    case "expel":
      return expel(event.fingerprint, { house, at });
    case "succeed":
      return succeedServer(event, { house, at });
    case "shutdown":
      return shutDown(house, event);
  }
  const session = house.sessions.get(event.session);
  if (session === undefined) return [];
  const turn = { house, session, at };
  switch (event.kind) {
    case "message":
      return receive(event.message, turn);
    case "rotate":
      return renew(event, turn);
    case "close":
      return close(event.why, turn);
  }
}

function open(
  house: House,
  event: Extract<HouseEvent, { kind: "open" }>,
): readonly Effect[] {
  const { session: id, identity, address, authorized, console } = event;
  house.sessions.set(id, {
    id,
    owner: identity.fingerprint.toHex(),
    identity,
    address,
    authorized,
    console,
    nameAttempts: 0,
    lastRequest: -1,
    blocked: null,
    sender: null,
    device: null,
    person: null,
    follows: new Set(),
  });
  return [];
}

function receive(message: ClientMessage, turn: Turn): readonly Effect[] {
  const { session } = turn;
  const { person } = session;
  if (message.kind === "enter") {
    if (person === null) return enter(message, turn);
    return end("protocol_error", "Cannot enter: already in", turn);
  }
  if (person === null) {
    return end("protocol_error", `Cannot ${message.kind}: not in`, turn);
  }
  if (message.id <= session.lastRequest) {
    const text = `Cannot answer request ${message.id}: its number is used`;
    return end("protocol_error", text, turn);
  }
  session.lastRequest = message.id;
  return answer(message, { ...turn, person });
}
