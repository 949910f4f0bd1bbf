import type { Bytes } from "../../lib/bytes.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { say, shows } from "./support/scenes.ts";
import { type Person, World } from "./support/world.ts";

/** Bob is away, and was here once more on a device that keeps nothing. */
async function away(world: World): Promise<readonly [Person, Person]> {
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  bob.isOnline = false;
  bob.cut();
  const { identity } = bob;
  const once = await world.person("bob", { identity });
  await world.pass(1_000);
  await once.stop();
  return [alice, bob];
}

Deno.test("what was sealed for a device that is gone is sealed anew when the other is here, and read", async () => {
  await using world = new World();
  const [alice, bob] = await away(world);
  const { room } = await world.done(alice.conversation.direct("bob"));
  void alice.conversation.say("hello", room).catch(() => {});
  await world.until(() => alice.phase(room) === "waiting");
  await world.pass(30_000);
  bob.isOnline = true;
  await world.until(() => bob.kinds(room).includes("other_device"));
  await shows(world, bob, room, ["alice: hello"]);
  await say(world, bob, "hi", room);
  await shows(world, alice, room, ["alice: hello", "bob: hi"]);
  assertEquals(world.server.count("found"), 2);
  const told = bob.kinds(room).filter((kind) => kind === "other_device");
  assertEquals(told.length, 1);
  assertEquals(alice.kinds(room), ["restarted", "joined"]);
  assertEquals(alice.store.groups()[0]?.helloTo, null);
});

Deno.test("what was sealed for a device that is gone is sealed anew when its author comes back, also after a restart", async () => {
  await using world = new World();
  const [alice, bob] = await away(world);
  const { room } = await world.done(alice.conversation.direct("bob"));
  void alice.conversation.say("hello", room).catch(() => {});
  await world.until(() => alice.store.groups()[0]?.mayGo === null);
  await alice.stop();
  bob.isOnline = true;
  await world.until(() => bob.phase(room) === "keyless");
  await world.pass(60_000);
  assertEquals(world.server.count("found"), 1);
  await alice.start();
  await shows(world, bob, room, ["alice: hello"]);
  assertEquals(world.server.count("found"), 2);
});

Deno.test("two devices of one identity do not put each other out by themselves", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  const other = await world.person("bob", { identity: bob.identity });
  await world.pass(1_000);
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "hello", room);
  await shows(world, other, room, ["alice: hello"]);
  for (let times = 0; times < 3; times++) {
    bob.cut();
    await world.pass(3_600_000);
    other.cut();
    await world.pass(3_600_000);
  }
  assertEquals(world.server.count("found"), 1);
  assertEquals(bob.phase(room), "keyless");
  assertEquals(
    bob.kinds(room).filter((kind) => kind === "other_device").length,
    1,
  );
});

Deno.test("a server that shows one key of the other after another has few groups founded", async () => {
  await using world = new World();
  const published: Bytes[] = [];
  world.server.lies = {
    toServer: (message) => {
      if (message.kind === "publish") published.push(message.key);
      return message;
    },
  };
  const [alice, bob] = await away(world);
  const keys = published.slice(-2);
  let asked = 0;
  world.server.lies = {
    toMember: (message) => {
      const key = keys[asked % 2];
      if (message.kind !== "sealing_key" || key === undefined) return [message];
      asked += 1;
      return [{ ...message, key }];
    },
  };
  const { room } = await world.done(alice.conversation.direct("bob"));
  void alice.conversation.say("hello", room).catch(() => {});
  await world.until(() => alice.phase(room) === "waiting");
  const hours = 6;
  for (let times = 0; times < hours * 12; times++) {
    alice.cut();
    await world.pass(300_000);
  }
  const count = world.server.count("found");
  assert(count > 3 && count < hours + 7, `${count}`);
  assertEquals(bob.texts(room), []);
});

for (const isRestarted of [false, true]) {
  const how = isRestarted ? ", also after a restart" : "";
  Deno.test(`a first device is told once that another one has taken over a room of two${how}`, async () => {
    await using world = new World();
    const alice = await world.person("alice");
    const bob = await world.person("bob");
    const { room } = await world.done(alice.conversation.direct("bob"));
    for (let i = 0; i < 10; i++) {
      await say(world, i % 2 ? bob : alice, `${i}`, room);
    }
    await world.until(() => bob.texts(room).length === 10);
    bob.isOnline = false;
    bob.cut();
    const other = await world.person("bob", { identity: bob.identity });
    await world.until(() => other.phase(room) === "keyless");
    for (let i = 0; i < 10; i++) {
      await say(world, i % 2 ? alice : other, `other ${i}`, room);
    }
    bob.events.length = 0;
    if (isRestarted) await bob.stop();
    bob.isOnline = true;
    if (isRestarted) await bob.start();
    await world.until(() => bob.phase(room) === "keyless");
    await say(world, other, "more", room);
    await say(world, alice, "and more", room);
    await world.pass(5_000);
    assertEquals(bob.kinds(room).toSorted(), ["earlier", "restarted"]);
    await say(world, bob, "here again", room);
    await world.until(() => alice.texts(room).at(-1) === "bob: here again");
    other.events.length = 0;
    await world.until(() => other.phase(room) === "keyless");
    for (const text of ["1", "2", "3"]) await say(world, alice, text, room);
    await world.pass(5_000);
    assert(other.kinds(room).length <= 2, `${other.kinds(room)}`);
  });
}
