import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { MemorySealedDatabase } from "../../lib/sealing/memory_sealed_database.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { say, shows } from "./support/scenes.ts";
import { bytes32, group, testStores, twice } from "./support/stores.ts";
import { type Person, World } from "./support/world.ts";

interface Pair {
  readonly room: number;
  readonly alice: Person;
  readonly bob: Person;
  /** The head of its group. */
  readonly head: ServerMessage & { readonly kind: "head" };
}

/** A room of two, and what the server said of its group. */
async function pair(world: World): Promise<Pair> {
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  let head: Pair["head"] | undefined;
  world.server.lies = {
    toMember: (message) => {
      if (message.kind === "head") head = message;
      return [message];
    },
  };
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  bob.cut();
  await world.until(() => bob.phase(room) === "member");
  assert(head);
  world.server.lies = {};
  return { room, alice, bob, head };
}

/** Bob's device begins the room anew, with another group. */
async function restart(
  world: World,
  { alice, bob, room }: Pair,
): Promise<void> {
  await bob.stop();
  bob.database = new MemorySealedDatabase(); // another device, or a new disk
  await bob.start();
  await world.until(() => bob.phase(room) === "keyless");
  await world.done(bob.sealed.resync(room).catch(() => {}));
  await say(world, bob, "two", room);
  await world.until(() => alice.texts(room).includes("bob: two"));
}

Deno.test("a group of a room of two that was replaced is not taken again, whatever the server says", async () => {
  await using world = new World();
  const it = await pair(world);
  const { alice, bob, room, head } = it;
  await restart(world, it);
  const now = alice.room(bob).group;
  const [kept] = alice.store.groups();
  assert(now && kept && head.group.toHex() !== now.toHex());
  assert(alice.store.isRetired(bob.fingerprint, head.group));
  world.server.lies = {
    toMember: (message, who) => {
      if (who.toHex() !== alice.fingerprint.toHex()) return [message];
      if (message.kind === "head") return [{ ...head, id: message.id }];
      if (message.kind === "room" && message.type === "direct") {
        return [{ ...message, group: head.group }];
      }
      return [message];
    },
  };
  alice.events.length = 0;
  alice.cut();
  await world.until(() => alice.phase(room) === "keyless");
  await world.until(() => alice.kinds(room).includes("forked"));
  assert(alice.sealed.status(room)?.why.includes("replaced"));
  await world.pass(60_000);
  assertEquals(alice.store.groups(), [kept]);
  assertEquals(alice.kinds(room), ["forked"]);
  alice.events.length = 0;
  await alice.stop();
  await alice.start();
  await world.until(() => alice.kinds(room).includes("forked"));
  // The server thinks better of it: nothing was lost.
  world.server.lies = {};
  alice.cut();
  await world.until(() => alice.phase(room) === "member");
  await say(world, alice, "three", room);
  await world.until(() => bob.texts(room).includes("alice: three"));
  assertEquals(world.server.count("found"), 2);
});

Deno.test("a room of two whose server shows a replaced group is begun anew when its user says so", async () => {
  await using world = new World();
  const it = await pair(world);
  const { alice, bob, room, head } = it;
  await restart(world, it);
  const place = world.server.house.rooms.get(room);
  assert(place);
  // The server goes back to an old backup of its own.
  place.group = { id: head.group.toHex(), turn: 1 };
  alice.cut();
  await world.until(() => alice.phase(room) === "keyless");
  void alice.conversation.say("four", room).catch(() => {});
  await world.until(
    () => bob.texts(room).includes("alice: four"),
    () => [alice.sealed.status(room), bob.sealed.status(room), bob.kinds(room)],
  );
});

Deno.test("an entry that founds a replaced group again is told as a fork, and changes nothing", async () => {
  await using world = new World();
  const it = await pair(world);
  const { alice, bob, room, head } = it;
  await restart(world, it);
  const groups = alice.store.groups();
  world.server.lies = {
    toMember: (message, who) => {
      const isAlice = who.toHex() === alice.fingerprint.toHex();
      if (message.kind !== "sealed" || !isAlice) return [message];
      const { body: _, ...place } = message;
      return [{ ...place, kind: "founded", group: head.group }];
    },
  };
  alice.events.length = 0;
  await say(world, bob, "lost", room);
  await world.until(() => alice.kinds(room).includes("forked"));
  world.server.lies = {};
  await say(world, bob, "three", room);
  await shows(world, alice, room, ["bob: three"]);
  assertEquals(alice.kinds(room), ["forked", "missing"]);
  assertEquals(alice.store.groups().map((one) => one.group), [
    ...groups.map((one) => one.group),
  ]);
});

Deno.test("entries that were read before change no group when they come again", async () => {
  await using world = new World();
  const it = await pair(world);
  const { alice, bob, room } = it;
  const position = alice.state.positions().find((one) => one.room === room);
  assert(position);
  await restart(world, it);
  const groups = alice.store.groups();
  await alice.stop();
  alice.state.advance({ ...position, seq: 0, at: 0 }); // as after a crash
  await alice.start();
  await world.until(() => alice.phase(room) === "member");
  assertEquals(alice.store.groups().map((one) => one.group), [
    ...groups.map((one) => one.group),
  ]);
  assertEquals(alice.kinds(room).includes("forked"), false);
  await say(world, alice, "on", room);
  await world.until(() => bob.texts(room).includes("alice: on"));
});

Deno.test("a server that says that a room of two has no group destroys no keys", async () => {
  await using world = new World();
  const { alice, bob, room } = await pair(world);
  world.server.lies = {
    toMember: (message) =>
      message.kind === "room" && message.type === "direct"
        ? [{ ...message, group: null }]
        : [message],
  };
  await alice.stop();
  await alice.start();
  await world.until(() => alice.phase(room) === "unborn");
  await world.pass(1_000);
  assertEquals(alice.phase(room), "unborn");
  assertEquals(alice.store.groups().length, 1);
  world.server.lies = {};
  alice.cut();
  await world.until(() => alice.phase(room) === "member");
  await say(world, alice, "on", room);
  await world.until(() => bob.texts(room).includes("alice: on"));
});

for (const isOrdered of [true, false]) {
  const what = isOrdered ? "ordered" : "not heard of";
  Deno.test(`a group that a room of two was to have is right after a crash, ${what}`, async () => {
    await using world = new World();
    const { alice, bob, room } = await pair(world);
    const [first] = alice.store.groups();
    assert(first);
    let isOver = false;
    world.server.lies = {
      toServer: (message) =>
        message.kind === "found" && !isOrdered ? null : message,
      toMember: (message, who) => {
        if (who.toHex() !== alice.fingerprint.toHex()) return [message];
        isOver ||= world.server.count("found") === 2;
        return isOver ? [] : [message];
      },
    };
    alice.cut();
    await world.until(() => alice.phase(room) === "member");
    // A third in the room is what makes a member begin it anew.
    const { group } = alice.room(bob);
    assert(group);
    alice.store.retireGroup(group);
    alice.store.keepGroup(first);
    void alice.sealed.resync(room).catch(() => {});
    await world.until(() => world.server.count("found") === 2);
    await world.pass(100);
    await alice.stop();
    assertEquals(alice.store.groups().length, 2);
    world.server.lies = {};
    alice.events.length = 0;
    await alice.start();
    void alice.conversation.say("on", room).catch(() => {});
    await world.until(
      () => bob.texts(room).includes("alice: on"),
      () => [alice.sealed.status(room), bob.sealed.status(room), alice.events],
    );
    assertEquals(alice.store.groups().length, 1);
    assertEquals(
      alice.sealed.status(room)?.digits,
      bob.sealed.status(room)?.digits,
    );
  });
}

testStores(
  "retireGroup() forgets a group and remembers that it is over",
  (store) => {
    const peer = bytes32(9);
    const { rooms } = store;
    rooms.keepGroup(group(1, { peer, thread: peer }));
    rooms.retireGroup(bytes32(1));
    for (const rooms of twice(store)) {
      assertEquals(rooms.groups(), []);
      assertEquals(rooms.isRetired(peer, bytes32(1)), true);
      assertEquals(rooms.isRetired(peer, bytes32(2)), false);
      assertEquals(rooms.isRetired(bytes32(8), bytes32(1)), false);
    }
    store.rooms.retireGroup(bytes32(3)); // not known
    assertEquals(store.rooms.isRetired(peer, bytes32(3)), false);
  },
);

testStores(
  "retireGroup() remembers the last groups of the last rooms",
  (store) => {
    const bounds = { maxRetired: 2, maxRetiredThreads: 2 };
    const rooms = store.reopen(bounds);
    const retire = (value: number, of: number): void => {
      rooms.keepGroup(group(value, { peer: bytes32(of), thread: bytes32(of) }));
      rooms.retireGroup(bytes32(value));
    };
    for (const value of [1, 2, 2, 3]) retire(value, 50);
    const known = (of: number): readonly number[] =>
      [1, 2, 3, 4, 5].filter((value) =>
        rooms.isRetired(bytes32(of), bytes32(value))
      );
    assertEquals(known(50), [2, 3]);
    retire(4, 51);
    assertEquals([known(50), known(51)], [[2, 3], [4]]);
    retire(5, 52);
    assertEquals([known(50), known(51), known(52)], [[], [4], [5]]);
  },
);
