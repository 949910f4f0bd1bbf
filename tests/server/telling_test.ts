import type { ServerEvent } from "../../lib/metrics/server_event.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import type { ClientMessage } from "../../lib/protocol/messages.ts";
import type { HouseEvent } from "../../lib/room/house_event.ts";
import { step } from "../../lib/room/step.ts";
import { Telling } from "../../server/telling.ts";
import { assertEquals } from "../support/assert.ts";
import { DEVICE, houseSettings, identity, ownerOf } from "../room/driver.ts";

/** A house, and what its operator is told. */
class Told {
  readonly events: ServerEvent[] = [];
  readonly #house = createHouse(houseSettings({}, { owners: [ownerOf(1)] }));
  readonly #telling: Telling;
  #sessions = 0;
  #ids = 0;

  constructor() {
    this.#telling = new Telling(
      this.#house,
      (event) => void this.events.push(event),
    );
  }

  apply(event: HouseEvent): void {
    this.#telling.see(event, step(this.#house, event, 1_000));
  }

  open(n: number, authorized = true): number {
    const session = ++this.#sessions;
    this.apply({
      kind: "open",
      session,
      identity: identity(n),
      address: `192.0.2.${n}`,
      authorized,
      console: false,
    });
    return session;
  }

  send(session: number, message: object): void {
    const sent = { id: ++this.#ids, ...message } as unknown as ClientMessage;
    this.apply({ kind: "message", session, message: sent });
  }

  enter(
    session: number,
    name: string,
    invitation: Uint8Array | null = null,
  ): void {
    this.send(session, {
      kind: "enter",
      ...{ protocol: 1, name, device: DEVICE, invitation },
    });
  }

  /** Kinds of what was told since the last time. */
  kinds(): string[] {
    return this.events.splice(0).map(({ kind }) => kind);
  }
}

Deno.test("Telling.see() tells who comes and goes, once for all its sessions", () => {
  const told = new Told();
  const one = told.open(2);
  told.enter(one, "bob");
  assertEquals(told.events, [{
    kind: "entered",
    name: "bob",
    fingerprint: identity(2).fingerprint,
    address: "192.0.2.2",
  }]);
  told.kinds();
  const two = told.open(2);
  told.enter(two, "bob");
  told.apply({ kind: "close", session: one, why: "quit" });
  assertEquals(told.kinds(), []);
  told.apply({ kind: "close", session: two, why: "cut" });
  const [left] = told.events;
  assertEquals(left?.kind === "left" && left.why, "cut");
});

Deno.test("Telling.see() tells of rooms that are made, but nothing of rooms of two", () => {
  const told = new Told();
  const alice = told.open(1);
  told.enter(alice, "alice");
  const bob = told.open(2);
  told.enter(bob, "bob");
  told.kinds();
  told.send(alice, { kind: "join", name: "dev" });
  told.send(bob, { kind: "join", name: "dev" });
  told.send(alice, { kind: "direct", name: "bob" });
  told.send(alice, { kind: "say", room: 2, number: 1, text: "secret" });
  const [made, ...others] = told.events;
  assertEquals(made?.kind === "room_created" && [made.room, made.roomName], [
    1,
    "dev",
  ]);
  assertEquals(others, []);
});

Deno.test("Telling.see() tells what moderators do", () => {
  const told = new Told();
  const alice = told.open(1);
  told.enter(alice, "alice");
  told.enter(told.open(2), "bob");
  told.kinds();
  told.send(alice, {
    kind: "moderate",
    ...{ verb: "kick", subject: "bob", seconds: null },
  });
  assertEquals(told.kinds(), ["moderated", "left"]);
});

Deno.test("Telling.see() tells of invitations made, redeemed and refused, and never their secret", () => {
  const told = new Told();
  const alice = told.open(1);
  told.enter(alice, "alice");
  told.kinds();
  told.send(alice, { kind: "invite", seconds: 600 });
  const [made] = told.events.splice(0);
  assertEquals(Object.keys(made ?? {}).toSorted(), [
    "fingerprint",
    "kind",
    "name",
    "until",
  ]);
  const secret = new Uint8Array(16).fill(5); // as these houses draw them
  told.enter(told.open(2, false), "bob", secret);
  assertEquals(told.kinds(), ["invitation_redeemed", "entered"]);
  told.enter(told.open(3, false), "carol", secret);
  assertEquals(told.events, [{
    kind: "invitation_refused",
    fingerprint: identity(3).fingerprint,
    address: "192.0.2.3",
  }]);
});

Deno.test("Telling.see() takes nobody for refused who was in, or never asked", () => {
  const told = new Told();
  const bob = told.open(2);
  told.apply({ kind: "close", session: bob, why: "quit" });
  const again = told.open(2);
  told.enter(again, "bob");
  told.apply({ kind: "shutdown", restart: true });
  assertEquals(told.kinds(), ["entered"]);
});
