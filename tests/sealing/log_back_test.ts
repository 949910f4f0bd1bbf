import { assert, assertEquals } from "../support/assert.ts";
import { plans, say, shows } from "./support/scenes.ts";
import { TestServer } from "./support/test_server.ts";
import { type Person, World } from "./support/world.ts";

const COUNT = 20;

/** Something is said in a sealed room and in one of two. */
async function talk(
  world: World,
): Promise<
  {
    readonly room: number;
    readonly two: number;
    readonly alice: Person;
    readonly bob: Person;
  }
> {
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  if (!alice || !bob) throw new Error("nobody");
  const { room: two } = await world.done(alice.conversation.direct("bob"));
  for (let i = 0; i < COUNT; i++) {
    await say(world, i % 2 ? alice : bob, `${i}`, room);
    await say(world, i % 2 ? alice : bob, `${i}`, two);
    if (i % 7 === 3) await world.done(alice.sealed.rekey(room));
  }
  for (const one of [alice, bob]) {
    await world.until(() => one.texts(room).length === COUNT);
    await world.until(() => one.texts(two).length === COUNT);
  }
  return { room, two, alice, bob };
}

for (const isRestarted of [false, true]) {
  const how = isRestarted ? " after a restart" : "";
  Deno.test(`another log, and then the first one again, raise no alarm${how}`, async () => {
    await using world = new World();
    const { room, two, alice, bob } = await talk(world);
    const first = world.server;
    world.server = new TestServer(world.clock);
    for (const one of [alice, bob]) one.cut();
    for (const one of [alice, bob]) {
      await world.until(() => one.conversation.rooms.size === 1);
    }
    await world.pass(2_000);
    world.server = first;
    for (const one of [alice, bob]) {
      one.events.length = 0;
      if (!isRestarted) one.cut();
      else {
        await one.stop();
        await one.start();
      }
    }
    for (const one of [alice, bob]) {
      for (const each of [room, two]) {
        await world.until(() => one.phase(each) === "member");
      }
    }
    await say(world, alice, "back", room);
    await say(world, alice, "back", two);
    for (const one of [alice, bob]) {
      for (const each of [room, two]) {
        await shows(world, one, each, ["alice: back"]);
        assertEquals(one.kinds(each), []);
        const page = await one.conversation.history(each, { limit: 100 });
        const said = page.entries.filter(({ kind }) => kind === "said");
        assertEquals(said.length, COUNT + 1);
      }
    }
  });
}

Deno.test("a room of two that was begun anew in another log goes on when the first one is back", async () => {
  await using world = new World();
  const { two, alice, bob } = await talk(world);
  const first = world.server;
  world.server = new TestServer(world.clock);
  for (const one of [alice, bob]) one.cut();
  await world.until(() => bob.conversation.rooms.size === 1);
  await world.pass(2_000);
  const { room } = await world.done(bob.conversation.direct("alice"));
  await say(world, bob, "elsewhere", room);
  await world.until(() => alice.texts(room).includes("bob: elsewhere"));
  world.server = first;
  for (const one of [alice, bob]) {
    one.cut();
    one.events.length = 0;
  }
  await world.until(() => alice.phase(two) === "keyless");
  await world.pass(5_000);
  for (const one of [alice, bob]) {
    // The keys of then are over, which is told; what was said is there.
    assertEquals(new Set(one.kinds(two)), new Set(["forked"]));
    assert(one.kinds(two).length <= 3, `${one.kinds(two)}`);
  }
  await say(world, alice, "again", two);
  await shows(world, bob, two, ["alice: again"]);
});
