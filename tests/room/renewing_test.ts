import type { Effect } from "../../lib/room/house_event.ts";
import type { Place } from "../../lib/room/house.ts";
import { MAX_RETIRED } from "../../lib/room/inheritance.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { identity, ownerOf, refusalTo, repliesTo } from "./driver.ts";
import { Renewals } from "./renewals.ts";

/** Alice, her next key, and Bob. */
const [ALICE, HEIR, BOB] = [1, 2, 3];

function endings(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.kind === "end" ? [`${effect.session} ${effect.why}`] : []
  );
}

Deno.test("step() gives name, rooms and devices to the next key, and tells every room", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  world.ask(alice, { kind: "join", name: "books" });
  world.join(BOB, "bob");
  world.ask(alice, { kind: "direct", name: "bob" });
  const effects = world.rotate(alice, HEIR);
  const told = effects.flatMap((effect) =>
    effect.kind === "append" && effect.entry.kind === "renewed"
      ? [[effect.room.number, effect.entry.name, effect.by?.session]]
      : []
  );
  assertEquals(told, [[0, "alice", alice], [1, "alice", undefined], [
    2,
    "alice",
    undefined,
  ]]);
  const renewed = effects.find(({ kind }) => kind === "append");
  assert(renewed?.kind === "append" && renewed.entry.kind === "renewed");
  assertEquals(renewed.entry.fingerprint, identity(ALICE).fingerprint);
  assertEquals(renewed.entry.next, identity(HEIR).fingerprint);
  const { house } = world;
  assertEquals(house.guests.guestOf(ownerOf(ALICE)), undefined);
  assertEquals(house.guests.guestOf(ownerOf(HEIR))?.name.shown, "alice");
  assertEquals(house.belongings.has(ownerOf(ALICE)), false);
  assertEquals(house.belongings.get(ownerOf(HEIR))?.size, 3);
  assertEquals(house.rooms.get(1)?.creator, ownerOf(HEIR));
  const back = world.open(HEIR);
  const [entered] = repliesTo(back, world.enter(back, null));
  assert(entered?.kind === "entered");
  assertEquals(entered.name, "alice");
  world.assertRemembered();
});

Deno.test("step() ends the sessions of the old key, who leaves before it is told", () => {
  const world = new Renewals();
  const one = world.join(ALICE, "alice");
  const two = world.join(ALICE, null);
  const effects = world.rotate(one, HEIR);
  assertEquals(endings(effects), [`${one} removed`, `${two} removed`]);
  const kinds = effects.flatMap((effect) =>
    effect.kind === "pass" || effect.kind === "append"
      ? [effect.entry.kind]
      : []
  );
  assertEquals(kinds, ["left", "renewed"]);
  assertEquals(world.house.sessions.size, 0);
  assertEquals(world.house.people.size, 0);
});

Deno.test("step() rotates for a session that has not entered", () => {
  const world = new Renewals();
  world.close(world.join(ALICE, "alice"));
  const session = world.open(ALICE);
  const effects = world.rotate(session, HEIR);
  assertEquals(effects.filter(({ kind }) => kind === "append").length, 1);
  assertEquals(world.house.guests.guestOf(ownerOf(HEIR))?.name.shown, "alice");
  world.assertRemembered();
});

Deno.test("step() finds a direct room again that somebody else has made", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  const bob = world.join(BOB, "bob");
  world.ask(bob, { kind: "direct", name: "alice" });
  world.rotate(alice, HEIR);
  world.assertRemembered();
});

Deno.test("step() keeps how far somebody has got in its rooms", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  world.join(BOB, "bob");
  world.ask(alice, { kind: "direct", name: "bob" });
  const room = world.house.rooms.get(1);
  const place = room?.members.get(ownerOf(ALICE)) as Place;
  place.delivered = 7;
  place.read = 5;
  world.rotate(alice, HEIR);
  assertEquals(room?.members.get(ownerOf(HEIR)), {
    since: 0,
    delivered: 7,
    read: 5,
  });
  world.assertRemembered();
});

Deno.test("step() keeps a direct room the only one of its two", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  const bob = world.join(BOB, "bob");
  world.ask(alice, { kind: "direct", name: "bob" });
  const effects = world.rotate(alice, HEIR);
  const [room] = repliesTo(bob, effects);
  assert(room?.kind === "room");
  assertEquals(room.peer, identity(HEIR).fingerprint);
  assertEquals(room.name, "alice");
  const back = world.join(HEIR, null);
  for (const [session, name] of [[back, "bob"], [bob, "alice"]] as const) {
    const answer = world.ask(session, { kind: "direct", name });
    const [done] = repliesTo(session, answer);
    assert(done?.kind === "done");
    assertEquals(done.room, 1);
  }
});

Deno.test("step() keeps the old key out, also after a restart", () => {
  const world = new Renewals();
  world.rotate(world.join(ALICE, "alice"), HEIR);
  for (const again of [world, world.restarted()]) {
    const session = again.open(ALICE);
    assertEquals(endings(again.enter(session, "alice")), [`${session} banned`]);
  }
});

Deno.test("step() forgets the key that was retired first beyond MAX_RETIRED", () => {
  const world = new Renewals();
  for (let key = 10; key < 10 + MAX_RETIRED + 2; key++) {
    world.at += 60_000;
    world.join(key, "alice");
    world.rotate(world.open(key), key + 1);
  }
  assertEquals(world.house.sanctions.size, MAX_RETIRED);
  const keys = [10, 11, 12].map((key) =>
    world.house.sanctions.has(
      `ban ${fingerprintText(identity(key).fingerprint)}`,
    )
  );
  assertEquals(keys, [false, false, true]);
  world.assertRemembered();
});

Deno.test("step() hands on a role", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  world.promote(ALICE);
  world.rotate(alice, HEIR);
  assertEquals([...world.house.roles], [[ownerOf(HEIR), "operator"]]);
  world.assertRemembered();
});

Deno.test("step() hands on an admission, and makes one of a place on a list", () => {
  for (const listed of [true, false]) {
    const world = new Renewals();
    if (!listed) world.admit(ALICE);
    const alice = world.join(ALICE, "alice", { authorized: listed });
    world.rotate(alice, HEIR, { listed });
    assertEquals([...world.house.admitted], [ownerOf(HEIR)]);
    world.assertRemembered();
    const back = world.open(HEIR, { authorized: false });
    const [entered] = repliesTo(back, world.enter(back, null));
    assertEquals(entered?.kind, "entered");
  }
});

Deno.test("step() admits nobody whose old key was just not kept out", () => {
  const world = new Renewals();
  world.rotate(world.join(ALICE, "alice"), HEIR);
  assertEquals(world.house.admitted.size, 0);
});

Deno.test("step() hands on a place on a list of somebody who was never here", () => {
  const world = new Renewals();
  const session = world.open(ALICE);
  const effects = world.rotate(session, HEIR, { listed: true });
  assertEquals(repliesTo(session, effects).map(({ kind }) => kind), ["done"]);
  assertEquals([...world.house.admitted], [ownerOf(HEIR)]);
});

Deno.test("step() hands on a mute, the longer of two", () => {
  for (
    const [old, next, expected] of [
      [5_000, undefined, 5_000],
      [null, undefined, null],
      [5_000, 9_000, 9_000],
      [9_000, 5_000, 9_000],
      [null, 5_000, null],
      [5_000, null, null],
    ] as const
  ) {
    const world = new Renewals();
    const alice = world.join(ALICE, "alice");
    world.mute(ALICE, old);
    if (next !== undefined) world.mute(HEIR, next);
    world.rotate(alice, HEIR);
    const mutes = [...world.house.sanctions.values()]
      .filter(({ kind }) => kind === "mute")
      .map(({ subject, until }) => [subject, until]);
    const subject = fingerprintText(identity(HEIR).fingerprint);
    assertEquals(mutes, [[subject, expected]]);
    world.assertRemembered();
  }
});

Deno.test("step() hands on no mute that has ended, and no role with one in force", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  world.mute(ALICE, 500);
  world.rotate(alice, HEIR);
  const kinds = [...world.house.sanctions.values()].map(({ kind }) => kind);
  assertEquals(kinds, ["ban"]);
  world.promote(9);
  const heir = world.join(HEIR, null);
  world.mute(HEIR, null);
  world.at += 60_000;
  world.rotate(heir, 9);
  assertEquals(world.house.roles.size, 0);
  world.assertRemembered();
});

Deno.test("step() ends a session of whom both keys did not sign", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  assertEquals(endings(world.rotate(alice, null)), [`${alice} protocol_error`]);
  assertEquals(world.house.guests.guestOf(ownerOf(ALICE))?.name.shown, "alice");
});

Deno.test("step() ends a session that rotates under a number that is used", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  const session = world.house.sessions.get(alice);
  assert(session !== undefined);
  session.lastRequest = 1_000;
  const ended = [`${alice} protocol_error`];
  assertEquals(endings(world.rotate(alice, HEIR, { id: 1_000 })), ended);
  world.close(world.join(BOB, "bob"));
  const again = world.open(ALICE);
  world.rotate(again, BOB, { id: 5 }); // refused
  assertEquals(endings(world.rotate(again, HEIR, { id: 5 })), [
    `${again} protocol_error`,
  ]);
});

Deno.test("step() refuses to rotate what is not known, before and after", () => {
  const world = new Renewals();
  const stranger = world.open(ALICE);
  const effects = world.rotate(stranger, HEIR);
  assertEquals(refusalTo(stranger, effects), "CHAT_NO_SUCH_MEMBER");
  world.rotate(world.join(ALICE, "alice"), HEIR);
  const again = world.open(ALICE);
  const refused = refusalTo(again, world.rotate(again, HEIR));
  assertEquals(refused, "CHAT_NO_SUCH_MEMBER");
  const listed = refusalTo(again, world.rotate(again, 9, { listed: true }));
  assertEquals(listed, "CHAT_NO_SUCH_MEMBER");
});

Deno.test("step() lets nobody escape a ban with the next key", () => {
  const world = new Renewals();
  world.close(world.join(ALICE, "alice"));
  world.ban(ALICE);
  const session = world.open(ALICE);
  assertEquals(endings(world.rotate(session, HEIR)), [`${session} banned`]);
  world.ban(9);
  const bob = world.join(BOB, "bob");
  assertEquals(refusalTo(bob, world.rotate(bob, 9)), "CHAT_FORBIDDEN");
});

Deno.test("step() lets nobody rotate who may not be here", () => {
  const world = new Renewals();
  world.close(world.join(ALICE, "alice"));
  const session = world.open(ALICE, { authorized: false });
  assertEquals(endings(world.rotate(session, HEIR)), [`${session} removed`]);
  assertEquals(world.house.guests.guestOf(ownerOf(ALICE))?.name.shown, "alice");
});

Deno.test("step() refuses a next key that belongs to somebody", () => {
  const world = new Renewals();
  const alice = world.join(ALICE, "alice");
  world.close(world.join(BOB, "bob"));
  assertEquals(refusalTo(alice, world.rotate(alice, BOB)), "CHAT_NAME_TAKEN");
  assertEquals(refusalTo(alice, world.rotate(alice, ALICE)), "CHAT_NAME_TAKEN");
  assertEquals(world.house.guests.guestOf(ownerOf(BOB))?.name.shown, "bob");
});

Deno.test("step() refuses to rotate an owner whom the operator names, and the server", () => {
  const world = new Renewals({}, { owners: [ownerOf(ALICE)] });
  const alice = world.join(ALICE, "alice");
  assertEquals(refusalTo(alice, world.rotate(alice, HEIR)), "CHAT_FORBIDDEN");
  world.join(BOB, "bob", { console: true });
  const bob = world.open(BOB);
  assertEquals(refusalTo(bob, world.rotate(bob, HEIR)), "CHAT_FORBIDDEN");
});

Deno.test("step() charges for a rotation, more for more rooms, and hands on the debt", () => {
  const world = new Renewals({ messageBurst: 25, messagesPerSecond: 1 });
  let session = world.join(10, "alice"); // costs 1
  session = world.rotated(session, 11); // costs 10
  session = world.rotated(session, 12); // costs 10
  const effects = world.rotate(session, 13);
  assertEquals(refusalTo(session, effects), "CHAT_RATE_LIMITED");
  const [refused] = repliesTo(session, effects);
  assert(refused?.kind === "refused");
  world.at += refused.retryMs;
  assertEquals(refusalTo(session, world.rotate(session, 13)), undefined);
});

Deno.test("step() lets the server be who it was with the key before, once", () => {
  const world = new Renewals();
  world.close(world.join(ALICE, "operator", { console: true }));
  const [previous, next] = [identity(ALICE), identity(HEIR)]
    .map(({ fingerprint }) => fingerprint);
  assert(previous !== undefined && next !== undefined);
  const event = { kind: "succeed", previous, next } as const;
  const effects = world.apply(event);
  const told = effects.filter(({ kind }) => kind === "append");
  assertEquals(told.length, 1);
  assertEquals(effects.filter(({ kind }) => kind === "reply"), []);
  const name = world.house.guests.guestOf(ownerOf(HEIR))?.name.shown;
  assertEquals(name, "operator");
  world.assertRemembered();
  assertEquals(world.apply(event), []);
});

Deno.test("step() gives the server nothing of a key that is unknown, nor twice", () => {
  const world = new Renewals();
  const [previous, next] = [identity(ALICE), identity(HEIR)]
    .map(({ fingerprint }) => fingerprint);
  assert(previous !== undefined && next !== undefined);
  const event = { kind: "succeed", previous, next } as const;
  assertEquals(world.apply(event), []);
  world.join(ALICE, "alice");
  world.join(HEIR, "operator", { console: true });
  assertEquals(world.apply(event), []);
});

/** Somebody in so many rooms, and a house with these limits. */
function inRooms(
  rooms: number,
  limits: Partial<RoomLimits>,
): { world: Renewals; session: number } {
  const world = new Renewals({ messagesPerSecond: 1, ...limits });
  const session = world.join(ALICE, "alice");
  for (let n = 1; n < rooms; n++) {
    world.at += 60_000;
    world.ask(session, { kind: "join", name: `room${n}` });
  }
  world.at += 3_600_000;
  return { world, session };
}

Deno.test("step() charges for every room beyond ten, but never more than a burst", () => {
  for (const [rooms, burst, left] of [[14, 20, 6], [14, 12, 0]] as const) {
    const { world, session } = inRooms(rooms, { messageBurst: burst });
    assertEquals(refusalTo(session, world.rotate(session, HEIR)), undefined);
    const budget = world.house.guests.guestOf(ownerOf(HEIR))?.budget;
    const cost = { messages: left + 1, bytes: 0 };
    assertEquals(budget?.wait(cost, world.at), 1_000);
  }
});

Deno.test("step() rotates only when the house can take an entry in each room", () => {
  const limits = { roomMessageBurst: 10, roomMessagesPerSecond: 1 };
  const { world, session } = inRooms(6, limits);
  const { allowance } = world.house;
  assertEquals(allowance.wait({ messages: 10, bytes: 0 }, world.at), 0);
  allowance.take({ messages: 5, bytes: 0 });
  const effects = world.rotate(session, HEIR);
  const [refused] = repliesTo(session, effects);
  assert(refused?.kind === "refused");
  assertEquals([refused.code, refused.retryMs], ["CHAT_RATE_LIMITED", 1_000]);
  world.at += 1_000;
  assertEquals(refusalTo(session, world.rotate(session, HEIR)), undefined);
  assertEquals(allowance.wait({ messages: 1, bytes: 0 }, world.at), 1_000);
});

Deno.test("step() ends a session that tries to rotate again and again", () => {
  const world = new Renewals({ nameAttempts: 3 });
  const session = world.open(ALICE);
  for (let tries = 1; tries <= 3; tries++) {
    const refused = refusalTo(session, world.rotate(session, HEIR));
    assertEquals(refused, "CHAT_NO_SUCH_MEMBER");
  }
  const ended = endings(world.rotate(session, HEIR));
  assertEquals(ended, [`${session} flooding`]);
});
