import type { ServerEvent } from "../lib/metrics/server_event.ts";
import type { House } from "../lib/room/house.ts";
import type { Effect, HouseEvent, SessionId } from "../lib/room/house_event.ts";

/**
 * Tells an operator what happens in a house: looks at events and at what came of
 * them, and never at what is said.
 */
export class Telling {
  readonly #house: House;
  readonly #onEvent: (event: ServerEvent) => void;
  /** Sessions that have not entered, and whose they are. */
  readonly #entering = new Map<
    SessionId,
    { readonly fingerprint: Uint8Array; readonly address: string }
  >();
  #rooms: number;
  #admitted: number;

  constructor(house: House, onEvent: (event: ServerEvent) => void) {
    this.#house = house;
    this.#onEvent = onEvent;
    this.#rooms = house.rooms.size;
    this.#admitted = house.admitted.size;
  }

  /** One step of the house. */
  see(event: HouseEvent, effects: readonly Effect[]): void {
    if (this.#house.admitted.size > this.#admitted) this.#redeemed(event);
    this.#admitted = this.#house.admitted.size;
    if (this.#house.rooms.size > this.#rooms) this.#made(event);
    this.#rooms = this.#house.rooms.size;
    for (const effect of effects) this.#seeEffect(effect);
    this.#watchDoor(event, effects);
  }

  /** Who is turned away is forgotten by the house before it can be asked. */
  #watchDoor(event: HouseEvent, effects: readonly Effect[]): void {
    if (event.kind === "open") {
      const { identity: { fingerprint }, address } = event;
      this.#entering.set(event.session, { fingerprint, address });
    } else if (event.kind === "close") {
      this.#entering.delete(event.session);
    }
    for (const effect of effects) {
      if (effect.kind === "end") {
        const who = this.#entering.get(effect.session);
        this.#entering.delete(effect.session);
        if (effect.why !== "uninvited" || who === undefined) continue;
        this.#onEvent({ kind: "invitation_refused", ...who });
      } else if (
        effect.kind === "reply" && effect.message.kind === "entered"
      ) {
        this.#entering.delete(effect.session);
      }
    }
  }

  #seeEffect(effect: Effect): void {
    if (effect.kind === "append" && effect.entry.kind === "renewed") {
      if (effect.room.number !== 0) return; // told once
      const { name, fingerprint, next } = effect.entry;
      this.#onEvent({ kind: "renewed", name, fingerprint, next });
    } else if (effect.kind === "pass" && effect.room.number === 0) {
      const { entry } = effect;
      const { name, fingerprint } = entry;
      if (entry.kind === "joined") {
        const address = this.#addressOf(fingerprint);
        this.#onEvent({ kind: "entered", name, fingerprint, address });
      } else if (entry.kind === "left") {
        this.#onEvent({ kind: "left", name, fingerprint, why: entry.why });
      } else if (entry.kind === "moderated") {
        const { verb, subject, target, until } = entry;
        this.#onEvent({
          kind: "moderated",
          ...{ name, fingerprint, verb, subject, target, until },
        });
      }
    } else if (effect.kind === "reply") {
      const { message, session } = effect;
      if (message.kind !== "invitation") return;
      const person = this.#house.sessions.get(session)?.person;
      if (!person) return;
      const { name, fingerprint } = person;
      const { until } = message;
      this.#onEvent({ kind: "invitation_made", name, fingerprint, until });
    }
  }

  #redeemed(event: HouseEvent): void {
    if (event.kind !== "message" || event.message.kind !== "enter") return;
    const session = this.#house.sessions.get(event.session);
    if (session === undefined) return;
    const { identity: { fingerprint }, address } = session;
    this.#onEvent({ kind: "invitation_redeemed", fingerprint, address });
  }

  #made(event: HouseEvent): void {
    if (event.kind !== "message" || event.message.kind !== "join") return;
    const person = this.#house.sessions.get(event.session)?.person;
    const room = [...this.#house.rooms.values()].at(-1);
    if (!person || room === undefined) return;
    const { name, fingerprint } = person;
    const { number, name: roomName } = room;
    this.#onEvent({
      kind: "room_created",
      ...{ name, fingerprint, room: number, roomName },
    });
  }

  #addressOf(fingerprint: Uint8Array): string {
    const person = this.#house.people.get(fingerprint.toHex());
    const [session] = person?.sessions ?? [];
    return session?.address ?? "";
  }
}
