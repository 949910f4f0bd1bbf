import { assert, assertEquals } from "../support/assert.ts";
import { plans, say, shows } from "./support/scenes.ts";
import { World } from "./support/world.ts";

Deno.test("a member reads what it missed when it is back, and says what waited", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  bob.isOnline = false;
  bob.cut();
  for (const text of ["1", "2"]) await say(world, alice, text, room);
  await world.done(alice.sealed.rekey(room));
  await say(world, alice, "3", room);
  void bob.conversation.say("waited", room);
  await world.pass(60_000);
  bob.isOnline = true;
  for (const one of [alice, bob]) {
    await shows(world, one, room, [
      "alice: 1",
      "alice: 2",
      "alice: 3",
      "bob: waited",
    ]);
  }
  assertEquals(bob.kinds(room), ["rekeyed"]);
});

Deno.test("a member goes on after a restart from what it kept", async () => {
  await using world = new World();
  const { room, people } = await plans(world, ["alice", "bob", "carol"]);
  const [alice, bob] = people;
  assert(alice && bob);
  await say(world, bob, "before", room);
  await shows(world, alice, room, ["bob: before"]);
  await bob.stop();
  await say(world, alice, "while away", room);
  await world.done(alice.sealed.rekey(room));
  bob.events.length = 0;
  await bob.start();
  await world.until(
    () => bob.phase(room) === "member",
    () => [bob.sealed.status(room), bob.events],
  );
  await shows(world, bob, room, ["alice: while away"]);
  assertEquals(bob.kinds(room), ["rekeyed"]);
  await say(world, bob, "back", room);
  await shows(world, alice, room, [
    "bob: before",
    "alice: while away",
    "bob: back",
  ]);
  for (const one of people) {
    assertEquals(one.kinds(room).filter((kind) => kind !== "rekeyed"), []);
  }
});

Deno.test("a room of two goes on after a restart of either", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "1", room);
  for (const one of [alice, bob]) {
    await shows(world, bob, room, bob.texts(room).concat().slice());
    await one.stop();
    await one.start();
  }
  await world.until(
    () => alice.phase(room) === "member" && bob.phase(room) === "member",
    () => [alice.sealed.status(room), bob.sealed.status(room)],
  );
  await say(world, bob, "2", room);
  await shows(world, alice, room, ["alice: 1", "bob: 2"]);
  assertEquals(world.server.count("found"), 1);
});
