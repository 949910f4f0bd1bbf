import { assert, assertEquals } from "../../support/assert.ts";
import { say, shows } from "../support/scenes.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { alter, refuse, swallow } from "./support/meddlers.ts";
import { scene } from "./support/scene.ts";

const NAMES = ["alice", "bob", "carol"];
const SEALED = { name: "", topic: "", type: "sealed", peer: null } as const;

Deno.test("Sealing shows that it has no keys, and seals nothing, when the server swaps the group of a room", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  const group = new Uint8Array(32).fill(9);
  world.server.tell(alice.fingerprint, {
    kind: "room",
    room,
    seq: 0,
    group,
    ...SEALED,
  });
  await world.until(
    () => alice.phase(room) !== "member",
    () => [alice.sealed.status(room), alice.events.slice(-4)],
  );
  const why = alice.sealed.status(room)?.why;
  assert(why !== undefined && why !== "");
  alice.conversation.say("for us", room).catch(() => {});
  await world.isCalm(alice);
  assertEquals(world.server.requests("seal"), []);
  // Nothing that was kept is gone on the word of a server.
  world.server.behave();
  alice.cut();
  await world.until(() => alice.phase(room) === "member");
  await say(world, bob, "there you are", room);
  await world.until(() => alice.texts(room).includes("bob: there you are"));
});

Deno.test("Sealing asks slowly when the server never takes the key by which others reach us", async () => {
  for (const meddler of [swallow("publish"), refuse("publish", "CHAT_FULL")]) {
    await using world = new HostileWorld();
    world.server.meddle(null, meddler);
    const alice = await world.person("alice");
    await world.pass(24 * 3_600_000);
    const { length } = world.server.requests("publish", alice.fingerprint);
    assert(length > 0 && length < 400, `${length}`);
    world.server.behave();
    alice.cut();
    await world.until(() =>
      world.server.house.people.size === 1 && length <
        world.server.requests("publish", alice.fingerprint).length
    );
  }
});

Deno.test("Sealing uses no key twice when the server announces a second room with the same group", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  const { group } = alice.room();
  assert(group);
  const second = 77;
  const asked = new Set<number>();
  world.server.meddle(alice.fingerprint, {
    ask: (message, tell) => {
      if (!("room" in message) || message.room !== second) return message;
      if (message.kind !== "follow") {
        if ("id" in message) asked.add(message.id);
        return { ...message, room } as typeof message;
      }
      const { id } = message;
      const seq = world.server.house.rooms.get(room)?.seq ?? 0;
      const following = { kind: "following", id, room: second } as const;
      tell({ ...following, after: seq, at: 0, seq });
      return null;
    },
    tell: (message) => {
      if (message.kind === "head" && asked.has(message.id)) {
        return [{ ...message, room: second }];
      }
      if (!("room" in message) || message.room !== room) return [message];
      if ("id" in message || !("seq" in message)) return [message];
      return [message, { ...message, room: second } as typeof message];
    },
  });
  world.server.tell(alice.fingerprint, {
    ...{ kind: "room", room: second, seq: 0, group },
    ...SEALED,
  });
  await world.until(() => alice.phase(second) === "member");
  const said = ["one", "two", "three", "four"];
  for (const [index, text] of said.entries()) {
    const where = index % 2 === 0 ? room : second;
    alice.conversation.say(text, where).catch(() => {});
    await world.pass(1_000);
  }
  // Each of them was sealed under keys of its own, as all others can tell.
  await shows(world, bob, room, ["alice: two", "alice: four"]);
  assertEquals(bob.kinds(room), []);
  assert(alice.events.some(({ kind }) => kind === "notice"));
  await world.isCalm(alice);
});

Deno.test("Sealing shows no room under another name when the server exchanges its title", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice] = people;
  assert(alice);
  const other = (await world.done(alice.sealed.create("other"))).room;
  await world.until(() => alice.phase(other) === "member");
  const title = world.server.requests("found").at(-1)?.title;
  assert(title);
  world.server.meddle(
    alice.fingerprint,
    alter("head", (head) => head.room === room ? { ...head, title } : head),
  );
  alice.cut();
  await world.pass(3_000);
  await world.until(() => alice.phase(room) === "member");
  assertEquals(alice.conversation.rooms.get(room)?.name, "plans");
  await say(world, alice, "hello", room);
  for (const one of people) await shows(world, one, room, ["alice: hello"]);
});
