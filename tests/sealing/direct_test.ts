import { assert, assertEquals } from "../support/assert.ts";
import { type Person, World } from "./support/world.ts";

async function direct(from: Person, to: Person): Promise<number> {
  return (await from.conversation.direct(to.name)).room;
}

Deno.test("a direct room is founded by the first message, and read by the other", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const room = await direct(alice, bob);
  assertEquals(alice.phase(room), "unborn");
  const said = alice.conversation.say("hello", room);
  await world.until(() => bob.texts(room).length === 1, () => [
    alice.sealed.status(room),
    alice.events,
    bob.events,
  ]);
  await said;
  assertEquals(bob.texts(room), ["alice: hello"]);
  await world.done(bob.conversation.say("hi", room));
  await world.until(() => alice.texts(room).length === 2);
  assertEquals(alice.texts(room), ["alice: hello", "bob: hi"]);
  assertEquals(alice.kinds(room), ["joined"]);
  assertEquals(bob.kinds(room), ["entered"]);
});

Deno.test("a direct message waits until the other is here, and is read when both are", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000); // bob's key is published
  bob.isOnline = false;
  bob.cut();
  const room = await direct(alice, bob);
  void alice.conversation.say("hello", room);
  await world.until(() => alice.phase(room) === "waiting");
  await world.pass(60_000);
  assertEquals(alice.conversation.outgoing.length, 1);
  assertEquals(world.server.count("seal"), 0);
  bob.isOnline = true;
  await world.until(
    () => bob.texts(room).length === 1,
    () => [
      bob.events,
      alice.events,
      alice.sealed.status(room),
      bob.sealed.status(room),
    ],
  );
  assertEquals(bob.texts(room), ["alice: hello"]);
  assertEquals(alice.conversation.outgoing.length, 0);
});

Deno.test("two who found a direct room at once end up in one group", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  const room = await direct(alice, bob);
  await world.until(() => bob.conversation.rooms.has(room));
  void alice.conversation.say("a", room);
  void bob.conversation.say("b", room);
  for (const one of [alice, bob]) {
    await world.until(() => one.texts(room).length === 2, () => [
      alice.sealed.status(room),
      bob.sealed.status(room),
      alice.events,
      bob.events,
    ]);
    assertEquals(one.texts(room).toSorted(), ["alice: a", "bob: b"]);
  }
  const [a, b] = [alice, bob].map((one) =>
    one.room(one === alice ? bob : alice).group?.toHex()
  );
  assert(a === b && a !== undefined);
  assertEquals(
    alice.sealed.status(room)?.digits,
    bob.sealed.status(room)?.digits,
  );
});

Deno.test("a new device begins a direct room anew only when its user says something", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const room = await direct(alice, bob);
  await world.done(alice.conversation.say("one", room));
  await world.until(() => bob.texts(room).length === 1);
  await bob.stop();
  const { identity } = bob;
  const bob2 = await world.person("bob", { identity });
  await world.until(
    () => bob2.phase(room) === "keyless",
    () => [bob2.sealed.status(room), bob2.events],
  );
  await world.pass(600_000);
  assertEquals(bob2.phase(room), "keyless");
  assertEquals(world.server.count("found"), 1);
  await world.done(alice.conversation.say("two", room));
  await world.until(() => bob2.kinds(room).includes("no_keys"));
  await world.done(bob2.conversation.say("three", room));
  await world.until(
    () => alice.texts(room).length === 3,
    () => [alice.events, alice.sealed.status(room), bob2.sealed.status(room)],
  );
  assertEquals(alice.texts(room), ["alice: one", "alice: two", "bob: three"]);
  assert(alice.kinds(room).includes("restarted"));
  await world.done(alice.conversation.say("four", room));
  await world.until(() => bob2.texts(room).length === 2);
  assertEquals(bob2.texts(room), ["bob: three", "alice: four"]);
});

Deno.test("a direct room waits for a peer that has published no key", async () => {
  await using world = new World();
  world.server.lies = {
    toServer: (message) =>
      message.kind === "publish"
        ? { kind: "done", id: message.id, room: null }
        : message,
  };
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const room = await direct(alice, bob);
  void alice.conversation.say("hello", room);
  await world.until(() =>
    alice.sealed.status(room)?.why.includes("has not been here yet") ?? false
  );
  assertEquals(alice.phase(room), "waiting");
  world.server.lies = {};
  bob.cut();
  await bob.stop();
  await bob.start();
  await world.until(() => bob.texts(room).length === 1);
});
