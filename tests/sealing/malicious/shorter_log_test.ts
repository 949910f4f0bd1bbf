import { assert, assertEquals } from "../../support/assert.ts";
import { say, shows } from "../support/scenes.ts";
import { bytes32, line, testStores, twice } from "../support/stores.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { scene } from "./support/scene.ts";

testStores(
  "restartThread() begins the entries of one thread anew, and of no other",
  (store) => {
    const [one, other] = [bytes32(1), bytes32(2)];
    for (const thread of [one, other]) {
      store.rooms.keepLines(thread, 7, [line(7, "before")]);
    }
    store.rooms.restartThread(one);
    for (const rooms of twice(store)) {
      assertEquals(rooms.lastEntry(one), 0);
      assertEquals(rooms.lastEntry(other), 7);
      assertEquals(rooms.linesOf(one, 7), []);
      assertEquals(rooms.linesOf(other, 7), [line(7, "before")]);
    }
    store.rooms.keepLines(one, 3, [line(3, "after")]);
    store.rooms.startLog();
    store.rooms.keepLines(one, 2, [line(2, "last")]);
    for (const rooms of twice(store)) {
      assertEquals(rooms.lastEntry(one), 2);
      assertEquals(rooms.linesOf(one, 2), [line(2, "last")]);
      const lines = rooms.linesBefore(one, { before: null, limit: 9 });
      assertEquals(lines.map(({ place }) => place), [1, 2, 3]);
    }
  },
);

Deno.test("Sealing shows what is said after it when the server shows a shorter log than before", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, ["alice", "bob"]);
  const [alice, bob] = people;
  assert(alice && bob);
  const log = world.fakeLog(bob, room);
  const { fingerprint } = alice;
  for (let i = 0; i < 5; i++) {
    log.put({ kind: "said", text: "not sealed", fingerprint });
  }
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  log.stop();
  bob.cut();
  await world.until(() =>
    bob.events.some((event) => event.kind === "changed" && event.room === room)
  );
  for (const text of ["two", "three"]) await say(world, alice, text, room);
  await shows(world, bob, room, ["alice: one", "alice: two", "alice: three"]);
  await say(world, bob, "four", room);
  await world.until(() => alice.texts(room).at(-1) === "bob: four");
  const unsealed = bob.kinds(room).filter((kind) => kind === "unsealed");
  assertEquals(unsealed.length, 5); // and none of them once more
});
