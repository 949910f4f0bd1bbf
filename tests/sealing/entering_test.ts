import { assert, assertEquals } from "../support/assert.ts";
import { joinAs, plans, say, shows } from "./support/scenes.ts";
import { World } from "./support/world.ts";

Deno.test("SealedRooms.join() takes the keys of a room that the server lists this device in already", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  if (!alice || !bob) throw new Error("nobody");
  await say(world, alice, "before", room);
  await bob.stop();
  const { identity } = bob;
  for (let times = 1; times <= 2; times++) {
    const other = await world.person("bob", { identity });
    await world.until(() => other.phase(room) === "keyless");
    const said = other.conversation.say(`device ${times}`, room);
    await joinAs(world, other, alice, room);
    assertEquals(other.phase(room) === "keyless", false);
    await world.done(said);
    await shows(world, other, room, [`bob: device ${times}`]);
    assertEquals(other.store.groups()[0]?.mayGo, null);
    await other.stop();
  }
  await shows(world, alice, room, [
    "alice: before",
    "bob: device 1",
    "bob: device 2",
  ]);
});

Deno.test("SealedRooms.join() goes on with a room whose keys are there", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  if (!alice || !bob) throw new Error("nobody");
  await joinAs(world, bob, alice, room);
  await say(world, bob, "still here", room);
  await shows(world, alice, room, ["bob: still here"]);
  assertEquals(alice.kinds(room), []);
});

Deno.test("who is alone in a sealed room takes its keys anew, here and on another device", async () => {
  await using world = new World();
  const { room, people: [alice] } = await plans(world, ["alice"]);
  if (!alice) throw new Error("nobody");
  await world.done(alice.sealed.resync(room));
  await say(world, alice, "one", room);
  const { identity } = alice;
  const other = await world.person("alice", { identity });
  await joinAs(world, other, alice, room);
  await world.until(() => other.phase(room) === "member");
  await world.until(() => alice.phase(room) === "excluded");
  const whyOf = (): string => alice.sealed.status(room)?.why ?? "";
  assert(whyOf().includes("Another device of yours"), whyOf());
  await alice.stop();
  await alice.start();
  await world.until(() => alice.phase(room) === "excluded");
  assert(whyOf().includes("Another device of yours"), whyOf());
  await say(world, other, "two", room);
  const bob = await world.person("bob");
  await joinAs(world, bob, other, room);
  await world.until(() => bob.phase(room) === "member");
  await say(world, bob, "three", room);
  await shows(world, other, room, ["alice: two", "bob: three"]);
  await world.done(bob.sealed.remove(room, "alice"));
  await world.until(() => other.phase(room) === "excluded");
  const { why } = other.sealed.status(room) ?? {};
  assert(why?.startsWith("You were removed"), why);
});

Deno.test("the last one in a sealed room, in another place than the first, takes its keys anew", async () => {
  await using world = new World();
  const { room, people: [alice, bob, carol] } = await plans(world, [
    ...["alice", "bob", "carol"],
  ]);
  if (!alice || !bob || !carol) throw new Error("nobody");
  await world.done(carol.sealed.remove(room, "alice"));
  await world.done(carol.sealed.remove(room, "bob"));
  await world.done(carol.sealed.resync(room));
  const dora = await world.person("dora");
  await joinAs(world, dora, carol, room);
  await world.until(() => dora.phase(room) === "member");
  await say(world, dora, "here", room);
  await shows(world, carol, room, ["dora: here"]);
});

Deno.test("what was sealed before somebody took its keys, and ordered after, is told once", async () => {
  await using world = new World();
  const { room, people: [alice] } = await plans(world, ["alice"]);
  const bob = await world.person("bob");
  assert(alice);
  for (const times of [1, 2]) {
    world.server.lies = {
      toServer: (message) => message.kind === "seal" ? null : message,
    };
    for (let i = 0; i < 3; i++) {
      void alice.conversation.say(`${times} ${i}`, room).catch(() => {});
    }
    await world.pass(500);
    if (times === 1) await joinAs(world, bob, alice, room);
    else await world.done(bob.sealed.resync(room));
    await world.until(() => bob.phase(room) === "member");
    world.server.lies = {};
    alice.cut(); // what was not answered is sent again, as it was sealed
    await say(world, alice, `now ${times}`, room);
    await world.until(() => bob.texts(room).includes(`alice: now ${times}`));
  }
  const reasons = bob.kinds(room).filter((kind) => kind !== "entered");
  assertEquals(reasons, ["before_us", "before_us"]);
});
