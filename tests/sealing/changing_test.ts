import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { joinAs, plans, say, shows } from "./support/scenes.ts";
import { World } from "./support/world.ts";

const NAMES = ["alice", "bob", "carol"];

Deno.test("several members see the same in the same order", async () => {
  await using world = new World();
  const { room, people } = await plans(world, [...NAMES, "dora", "emil"]);
  const sent: Promise<void>[] = [];
  for (let i = 0; i < 5; i++) {
    for (const one of people) sent.push(one.conversation.say(`${i}`, room));
  }
  await world.done(Promise.all(sent));
  const [first, ...others] = people;
  await world.until(() => people.every((one) => one.texts(room).length === 25));
  for (const one of others) {
    assertEquals(one.texts(room), first?.texts(room));
    assertEquals(one.kinds(room), []);
  }
});

Deno.test("a removed member reads nothing that is said from then on", async () => {
  await using world = new World();
  const { room, people } = await plans(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const removing = alice.sealed.remove(room, "carol");
  const said = alice.conversation.say("without carol", room);
  await world.done(removing);
  await world.done(said);
  await shows(world, bob, room, ["alice: without carol"]);
  await world.until(() => carol.phase(room) === "excluded");
  await world.pass(1_000);
  assertEquals(carol.texts(room), []);
  assertEquals(carol.kinds(room), ["excluded"]);
  assertEquals(bob.kinds(room), ["removed"]);
  const { why } = carol.sealed.status(room) ?? {};
  assert(why?.includes("/resync"));
  const people2 = await alice.sealed.people(room);
  assertEquals(people2.map(({ name }) => name).toSorted(), ["alice", "bob"]);
});

Deno.test("whoever leaves is taken out by one of the others", async () => {
  await using world = new World();
  const { room, people } = await plans(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  await world.done(carol.conversation.leave(room));
  await world.until(
    () => alice.kinds(room).includes("left"),
    () => alice.kinds(room),
  );
  await world.until(() => bob.kinds(room).includes("left"));
  await world.pass(10_000);
  for (const one of [alice, bob]) assertEquals(one.kinds(room), ["left"]);
  assertEquals(carol.sealed.status(room), undefined);
  assertEquals(carol.store.groups(), []);
  await say(world, alice, "gone", room);
  await shows(world, bob, room, ["alice: gone"]);
});

Deno.test("the notice that a member goes raises no alarm at that member", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  const [known] = bob.store.groups();
  assert(known);
  await world.done(bob.sealed.leave(room)); // the notice alone
  await world.until(() => bob.phase(room) === "excluded");
  assertEquals(bob.kinds(room), ["excluded"]);
  assertEquals(bob.store.envelopes(known.group), []);
});

Deno.test("members give a room fresh keys at least every day, and when asked", async () => {
  await using world = new World();
  const { room, people } = await plans(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  await world.done(alice.sealed.rekey(room));
  await world.until(() => bob.kinds(room).includes("rekeyed"));
  assertEquals(bob.sealed.status(room)?.epoch, 3n);
  const before = people.map((one) => one.store.groups()[0]?.rekeyedAt ?? 0);
  await world.pass(30 * 3_600_000);
  for (const [index, one] of people.entries()) {
    await world.until(() =>
      (one.store.groups()[0]?.rekeyedAt ?? 0) >
        (before[index] ?? 0) + 86_400_000
    );
  }
  const digits = (): number =>
    new Set(people.map((one) => one.sealed.status(room)?.digits)).size;
  await world.until(() => digits() === 1);
});

Deno.test("changes at once are all made, one after another", async () => {
  await using world = new World();
  const { room, people } = await plans(world, [...NAMES, "dora"]);
  await world.done(Promise.all(people.map((one) => one.sealed.rekey(room))));
  const [alice] = people;
  assert(alice);
  await world.until(
    () =>
      people.every((one) =>
        one.kinds(room).filter((kind) => kind === "rekeyed").length === 4
      ),
    () => people.map((one) => one.kinds(room)),
  );
  await say(world, alice, "done", room);
  for (const one of people) await shows(world, one, room, ["alice: done"]);
});

Deno.test("a topic and what was said before are shared with whoever is there", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "one", room);
  await say(world, bob, "two", room);
  await world.done(alice.conversation.title("holidays", room));
  await world.until(() => bob.room().topic === "holidays");
  const carol = await world.person("carol");
  await joinAs(world, carol, bob, room);
  await world.until(() => carol.phase(room) === "member");
  await shows(world, bob, room, ["alice: one", "bob: two"]);
  assertEquals(await world.done(bob.sealed.share(room, 10)), 2);
  await world.until(() => carol.kinds(room).includes("shared"));
  const shared = carol.changes(room).find(({ kind }) => kind === "shared");
  assert(shared?.kind === "shared");
  assertEquals(shared.by.name, "bob");
  assertEquals(
    shared.lines.map(({ name, text }) => `${name}: ${text}`),
    ["alice: one", "bob: two"],
  );
});

Deno.test("the past of a sealed room is read and searched on this device", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  for (let i = 0; i < 7; i++) {
    await say(world, alice, `line ${i} für Élan`, room);
  }
  await world.until(() => bob.texts(room).length === 7);
  const textsOf = (page: { entries: readonly unknown[] }): readonly unknown[] =>
    page.entries.map((entry) => (entry as { text: string }).text.slice(0, 6));
  const newest = await bob.conversation.history(room, { limit: 3 });
  assertEquals(textsOf(newest), ["line 4", "line 5", "line 6"]);
  const { before } = newest;
  const older = await bob.conversation.history(room, { before, limit: 10 });
  assertEquals(textsOf(older), ["line 0", "line 1", "line 2", "line 3"]);
  assertEquals(older.before, null);
  const found = await bob.conversation.search("ELAN 5", { room });
  assertEquals(textsOf(found), ["line 5"]);
  assertEquals(await bob.conversation.search("!", { room }), {
    entries: [],
    before: null,
  });
});

Deno.test("nothing is sealed in a room where a verified name has another key", async () => {
  await using world = new World();
  let verdict: "unverified" | "changed" = "unverified";
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"], {
    trust: ({ name }) => name === "bob" ? verdict : "unverified",
  });
  assert(alice && bob);
  verdict = "changed";
  assertEquals(alice.sealed.status(room)?.changed.map(({ name }) => name), [
    "bob",
  ]);
  await world.done(
    assertRefusesLater(
      "CHAT_IDENTITY_CHANGED",
      () => alice.conversation.say("secret", room),
    ),
  );
  assertEquals(world.server.count("seal"), 0);
  verdict = "unverified";
  const { number } = alice.conversation.outgoing[0] ?? {};
  alice.conversation.retry(number ?? 0);
  await shows(world, bob, room, ["alice: secret"]);
});

Deno.test("people, and who is online, are those of the group", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  bob.isOnline = false;
  bob.cut();
  await world.pass(1_000);
  const who = await world.done(alice.conversation.who(room));
  assertEquals(who.map(({ name, online }) => `${name} ${online}`).toSorted(), [
    "alice true",
    "bob false",
  ]);
  await assertRefusesLater(
    "CHAT_NO_SUCH_MEMBER",
    () => alice.sealed.remove(room, "eve"),
  );
});

Deno.test("a room that was left is joined again at once, as if new", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "before", room);
  await shows(world, bob, room, ["alice: before"]);
  await world.done(bob.conversation.leave(room));
  await joinAs(world, bob, alice, room);
  await world.until(() => bob.phase(room) === "member");
  await say(world, alice, "after", room);
  await shows(world, bob, room, ["alice: before", "alice: after"]);
});

Deno.test("nothing is sealed while a removal is not in force", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, NAMES);
  assert(alice && bob);
  world.server.lies = {
    toServer: (message) => message.kind === "propose" ? null : message,
  };
  void alice.sealed.remove(room, "carol").catch(() => {});
  void alice.conversation.say("without carol", room).catch(() => {});
  await world.until(() => world.server.count("propose") > 0);
  await world.pass(2_000);
  assertEquals(world.server.count("seal"), 0);
  world.server.lies = {};
  alice.cut();
  await shows(world, bob, room, ["alice: without carol"]);
  assertEquals(bob.kinds(room), ["removed"]);
});

Deno.test("SealedRooms.create() refuses a name that is none, and keeps nothing of it", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  for (const name of ["", "a\nb", "x".repeat(200)]) {
    await assertRefusesLater(
      "CHAT_NAME_INVALID",
      () => alice.sealed.create(name),
    );
  }
  assertEquals(alice.store.groups(), []);
  assertEquals(world.server.count("found"), 0);
});
