import { assertEquals } from "../support/assert.ts";
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
