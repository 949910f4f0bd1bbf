import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { sealName } from "../../lib/sealed/sealed_name.ts";
import { roomKeysOf } from "../../lib/sealed/room_secret.ts";
import { LOOK_MS } from "../../lib/sealing/key_upkeep.ts";
import { REKEY_MS } from "../../lib/sealing/room_actor.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { joinAs, plans, say, shows } from "./support/scenes.ts";
import { TestServer } from "./support/test_server.ts";
import { type Person, World } from "./support/world.ts";

function hasMissed(person: Person, room: number): boolean {
  return person.events.some((event) =>
    event.kind === "missed" && event.room === room
  );
}

Deno.test("a member whose log has a gap takes the current keys by itself, and is told of both", async () => {
  await using world = new World();
  world.server = new TestServer(world.clock, { keepLast: 3 });
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  bob.isOnline = false;
  bob.cut();
  await world.done(alice.sealed.rekey(room));
  for (const text of ["1", "2", "3", "4"]) await say(world, alice, text, room);
  bob.isOnline = true;
  await world.until(
    () => bob.kinds(room).includes("entered"),
    () => [bob.kinds(room), bob.sealed.status(room), bob.events],
  );
  assert(hasMissed(bob, room));
  const kinds = bob.kinds(room);
  assert(
    kinds.includes("commits_missing") || kinds.includes("future_epoch"),
    kinds.join(),
  );
  await world.until(() => alice.kinds(room).includes("rejoined"));
  await say(world, bob, "back", room);
  await world.until(() => alice.texts(room).includes("bob: back"));
  await say(world, alice, "good", room);
  await world.until(() => bob.texts(room).includes("alice: good"));
});

Deno.test("a member who missed messages alone is told how many, and goes on with its keys", async () => {
  await using world = new World();
  world.server = new TestServer(world.clock, { keepLast: 2 });
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  bob.isOnline = false;
  bob.cut();
  for (const text of ["1", "2", "3", "4"]) await say(world, alice, text, room);
  bob.isOnline = true;
  await shows(world, bob, room, ["alice: 3", "alice: 4"]);
  assert(hasMissed(bob, room));
  const missing = bob.changes(room).find(({ kind }) => kind === "missing");
  assert(missing?.kind === "missing");
  assertEquals(missing.count, 2);
  assertEquals(alice.kinds(room), []);
});

Deno.test("another log takes no keys away: rooms of two begin anew, and what was said is still there", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const { room: plans } = await world.done(alice.sealed.create("plans"));
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  const [secret] = [alice.sealed.secret(plans)];
  assert(secret);
  world.server = new TestServer(world.clock);
  for (const one of [alice, bob]) one.cut();
  await world.until(() => alice.conversation.rooms.size === 1);
  await world.until(() => alice.sealed.known("plans").length === 1);
  await world.done(
    assertRefusesLater(
      "CHAT_NO_SUCH_ROOM",
      () => alice.sealed.join("plans", secret),
    ),
  );
  await world.pass(1_000);
  const again = await world.done(bob.conversation.direct("alice"));
  await say(world, bob, "two", again.room);
  await world.until(() => alice.texts(again.room).includes("bob: two"));
  const past = await alice.conversation.history(again.room, { limit: 10 });
  assertEquals(
    past.entries.flatMap((entry) => entry.kind === "said" ? entry.text : []),
    ["one", "two"],
  );
  assertEquals(alice.sealed.known("plans"), [secret]);
});

Deno.test("a member is called in sealed rooms as it likes, not as the server says", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const carol = await world.person("carol", { sealedName: "Caroline" });
  const { room } = await world.done(alice.sealed.create("plans"));
  await joinAs(world, carol, alice, room);
  await world.until(() => carol.phase(room) === "member");
  await say(world, carol, "hello", room);
  for (const one of [alice, carol]) {
    await shows(world, one, room, ["Caroline: hello"]);
  }
  const people = await alice.sealed.people(room);
  assertEquals(people.map(({ name }) => name).toSorted(), [
    "Caroline",
    "alice",
  ]);
});

Deno.test("a room has the name that its founder gave it, and no title of another room is believed", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const { room } = await world.done(alice.sealed.create("plans"));
  await world.pass(200);
  const foreign = await roomKeysOf(new Uint8Array(32).fill(7));
  const titles = [
    await sealName(foreign, "room name", "lies"),
    new Uint8Array(300).fill(1),
    new Uint8Array(0),
  ];
  let title = titles[0];
  const lie = (message: ServerMessage): readonly ServerMessage[] =>
    message.kind === "head" && title !== undefined
      ? [{ ...message, title }]
      : [message];
  world.server.lies = { toMember: lie };
  await joinAs(world, bob, alice, room);
  for (title of titles) {
    bob.cut();
    alice.cut();
    await world.pass(3_000);
    await world.until(() => bob.phase(room) === "member");
    await world.until(() => alice.phase(room) === "member");
    assertEquals([alice.room().name, bob.room().name], ["plans", "?"]);
  }
  world.server.lies = {};
  bob.cut();
  await world.until(() => bob.room().name === "plans");
});

for (const jitter of [0, 0.999]) {
  Deno.test(`keys are given up after a day and ${jitter} of a tenth of it`, async () => {
    await using world = new World();
    const alice = await world.person("alice", { random: () => jitter });
    const { room } = await world.done(alice.sealed.create("plans"));
    await world.until(() => alice.phase(room) === "member");
    const madeAt = (): number => alice.store.groups()[0]?.rekeyedAt ?? 0;
    for (let day = 0; day < 2; day++) {
      const before = madeAt();
      const due = before + REKEY_MS * (1 + jitter / 10);
      while (world.clock.now() < due - 60_000) {
        await world.clock.pass(
          Math.min(LOOK_MS, due - 60_000 - world.clock.now()),
        );
      }
      await world.pass(2_000);
      assertEquals(madeAt(), before);
      await world.pass(LOOK_MS + 60_000);
      await world.until(() => madeAt() > before); // it takes time to compute
      const late = madeAt() - due;
      assert(late >= 0 && late <= 2 * LOOK_MS, `${late}`);
    }
  });
}

Deno.test("a member who was removed while it was away learns that, and does not come back by itself", async () => {
  await using world = new World();
  const names = ["alice", "bob", "carol"];
  const { room, people: [alice, , carol] } = await plans(world, names);
  assert(alice && carol);
  carol.isOnline = false;
  carol.cut();
  await world.done(alice.sealed.remove(room, "carol"));
  for (let i = 0; i < 3; i++) await world.done(alice.sealed.rekey(room));
  carol.isOnline = true;
  await world.until(() => carol.phase(room) === "excluded");
  await world.pass(600_000);
  assertEquals(carol.phase(room), "excluded");
  assertEquals(carol.kinds(room), ["excluded"]);
});
