import { assert, assertEquals } from "../support/assert.ts";
import { FailingDatabase } from "./support/failing_database.ts";
import { joinAs, say, shows } from "./support/scenes.ts";
import { World } from "./support/world.ts";

for (const isNoted of [true, false]) {
  const how = isNoted ? "the file shows" : "only the log shows";
  Deno.test(`an old backup of the keys, which ${how}, is told, and taken no further`, async () => {
    await using world = new World();
    const database = new FailingDatabase();
    const alice = await world.person("alice");
    const { room } = await world.done(alice.sealed.create("plans"));
    const bob = await world.person("bob", { database });
    await joinAs(world, bob, alice, room);
    await world.until(() => bob.phase(room) === "member");
    await say(world, bob, "one", room);
    await shows(world, alice, room, ["bob: one"]);
    database.backUp();
    const position = bob.state.positions().find((one) => one.room === room);
    assert(position);
    await say(world, bob, "two", room);
    await shows(world, alice, room, ["bob: one", "bob: two"]);
    await bob.stop();
    await say(world, alice, "three", room);
    database.putBack({ isNoted });
    if (!isNoted) {
      // All of the disk is as it was: also what was said, and read, since.
      bob.state.advance(position);
    }
    bob.events.length = 0;
    await bob.start();
    void bob.conversation.say("four", room).catch(() => {});
    await shows(world, alice, room, [
      ...["bob: one", "bob: two", "alice: three", "bob: four"],
    ]);
    assertEquals(alice.kinds(room), ["joined", "rejoined"]);
    await world.until(() => bob.kinds(room).includes("entered"));
    assert(bob.kinds(room).includes("own_state_old"));
    assertEquals(bob.texts(room).at(-1), "bob: four");
    assertEquals(
      bob.sealed.status(room)?.digits,
      alice.sealed.status(room)?.digits,
    );
  });
}
