import { fingerprintText } from "../../lib/room/subject.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { identity } from "./driver.ts";
import { group, SealedWorld } from "./sealed_world.ts";

const KEY = Uint8Array.of(1, 2, 3);

Deno.test("publishKey() keeps the newest key of an identity, whoever of it sends it", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const again = world.enter(1, null);
  const ask = { kind: "ask_key", name: "alice" } as const;
  const answer = world.ask(bob, ask);
  assert(answer.kind === "sealing_key");
  assertEquals(answer.fingerprint, identity(1).fingerprint);
  assertEquals(answer.key, new Uint8Array(0)); // there is none yet
  assertEquals(world.outcome(alice, { kind: "publish", key: KEY }), "done");
  const key = Uint8Array.of(4);
  assertEquals(world.outcome(again, { kind: "publish", key }), "done");
  world.restart();
  const told = world.ask(world.enter(2, null), ask);
  assert(told.kind === "sealing_key");
  assertEquals(told.key, key);
});

Deno.test("publishKey() refuses nothing, and acknowledges only what is stored", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  const key = new Uint8Array(0);
  const empty = world.outcome(alice, { kind: "publish", key });
  assertEquals(empty, "CHAT_MESSAGE_INVALID");
  world.isFull = true;
  const full = world.outcome(alice, { kind: "publish", key: KEY });
  assertEquals(full, "CHAT_STORE_FULL");
  world.isFull = false;
  const { fingerprint } = identity(1);
  assertEquals(world.history.sealingKey(fingerprint), undefined);
});

Deno.test("tellKey() tells that of somebody absent, and of nobody unknown", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  world.ask(alice, { kind: "publish", key: KEY });
  world.hall.apply({ kind: "close", session: alice, why: "quit" });
  const name = fingerprintText(identity(1).fingerprint);
  const told = world.ask(bob, { kind: "ask_key", name });
  assert(told.kind === "sealing_key");
  assertEquals(told.key, KEY);
  for (const name of ["carol", fingerprintText(identity(3).fingerprint), ""]) {
    const outcome = world.outcome(bob, { kind: "ask_key", name });
    assertEquals(outcome, "CHAT_NO_SUCH_MEMBER");
  }
});

Deno.test("renew() hands over the place in a sealed room, and no sealing key", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const sealed = world.found(alice, 1);
  const direct = world.direct(bob, "alice");
  world.ask(alice, { kind: "publish", key: KEY });
  world.hall.apply({
    kind: "rotate",
    session: alice,
    id: 1_000,
    next: identity(9),
    listed: false,
  });
  const { fingerprint } = identity(9);
  for (const room of [sealed, direct]) {
    const members = world.house.rooms.get(room)?.members;
    assertEquals(members?.has(fingerprint.toHex()), true);
    assertEquals(members?.has(identity(1).fingerprint.toHex()), false);
  }
  const told = world.ask(bob, { kind: "ask_key", name: "alice" });
  assert(told.kind === "sealing_key");
  assertEquals([told.fingerprint, told.key.length], [fingerprint, 0]);
  const { history } = world;
  assertEquals(history.sealingKey(identity(1).fingerprint), undefined);
  assertEquals(history.room(sealed)?.creator, fingerprint);
  const heir = world.enter(9, null);
  world.hall.flush();
  const rooms = world.news(heir, "room").map((
    { type, group },
  ) => [type, group]);
  assertEquals(rooms, [["open", null], ["sealed", group(1)], ["direct", null]]);
  assertEquals(world.outcome(heir, world.sealed(sealed, 1)), "ack");
});
