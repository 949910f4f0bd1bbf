import { assert, assertEquals } from "../../support/assert.ts";
import { joinAs, say, shows } from "../support/scenes.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { scene } from "./support/scene.ts";

const NAMES = ["alice", "bob", "carol"];

Deno.test("Sealing gives nothing to a member that the server puts in, who knows all but the link", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const { group } = alice.room();
  assert(group);
  const eve = await world.person("eve");
  // All it has instead of the secret is what the server has: the group is public.
  eve.store.keepGroup({
    ...{ group, secret: group, thread: group, peer: null },
    ...{ name: "plans", topic: "", rekeyedAt: 0 },
  });
  const place = world.server.house.rooms.get(room);
  const member = place?.members.get(alice.fingerprint.toHex());
  assert(place && member);
  place.members.set(eve.fingerprint.toHex(), { ...member });
  world.server.meddle(eve.fingerprint, {
    tell: (message) => {
      if (message.kind !== "entered") return [message];
      const info = { type: "sealed", name: "", topic: "", peer: null } as const;
      return [message, { kind: "room", room, seq: 0, group, ...info }];
    },
  });
  eve.cut();
  await world.until(() => eve.conversation.rooms.has(room));
  await say(world, alice, "secret plan", room);
  for (const one of [bob, carol]) {
    await shows(world, one, room, ["alice: secret plan"]);
  }
  await world.pass(60_000);
  assertEquals(eve.texts(room), []);
  await world.isSecret(["secret plan", "plans", "alice", "carol"]);
  for (const one of people) {
    assertEquals((await one.sealed.people(room)).length, 3);
    assertEquals(one.kinds(room), []);
  }
});

Deno.test("Sealing shows whoever joins with the link by fingerprint, and gives it nothing from before", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  await say(world, alice, "before", room);
  // The server has got the link, and calls itself like somebody who is there.
  const eve = await world.person("eve");
  await joinAs(world, eve, alice, room);
  await world.until(() => eve.phase(room) === "member");
  for (const one of people) {
    await world.until(() => one.kinds(room).includes("joined"));
    const joined = one.changes(room).find(({ kind }) => kind === "joined");
    assert(joined?.kind === "joined");
    assertEquals(joined.member.fingerprint, eve.fingerprint);
  }
  await world.pass(1_000);
  assertEquals(eve.texts(room), []);
  // Once it is out, the link opens nothing that is said, whatever it is shown.
  await world.done(alice.sealed.remove(room, "eve"));
  await say(world, alice, "without eve", room);
  await shows(world, bob, room, ["alice: before", "alice: without eve"]);
  await world.until(() => eve.kinds(room).includes("excluded"));
  await world.pass(5_000);
  assertEquals(eve.texts(room), []);
  await world.isCalm(eve);
});

Deno.test("Sealing seals for nobody whom it has not shown when the server withholds the join", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const log = world.fakeLog(alice, room);
  log.change = (entry) => entry.kind === "committed" ? [] : [entry];
  const eve = await world.person("eve");
  await joinAs(world, eve, bob, room);
  await world.until(() => eve.phase(room) === "member");
  await say(world, alice, "just us", room);
  await world.until(() => bob.texts(room).length + bob.kinds(room).length > 1);
  await world.pass(1_000);
  assertEquals(alice.kinds(room), []);
  assertEquals(eve.texts(room), []); // sealed for who was shown to alice
});

Deno.test("Sealing shows who has joined as soon as it seals for them when the server withholds the join", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  const log = world.fakeLog(alice, room);
  log.change = (entry) => entry.kind === "committed" ? [] : [entry];
  const eve = await world.person("eve");
  await joinAs(world, eve, bob, room);
  await world.until(() => eve.phase(room) === "member");
  log.change = (entry) => [entry];
  await world.done(bob.sealed.rekey(room));
  await world.until(() => alice.kinds(room).includes("entered"));
  await say(world, alice, "to all of you", room);
  await shows(world, eve, room, ["alice: to all of you"]);
  const joined = alice.changes(room).filter(({ kind }) => kind === "joined");
  assertEquals(joined, [{
    kind: "joined",
    member: { name: "eve", fingerprint: eve.fingerprint },
  }]);
  const kinds = alice.events.map((event) =>
    "change" in event ? event.change.kind : event.kind
  );
  assert(kinds.indexOf("joined") < kinds.indexOf("said"));
});

Deno.test("Sealing tells of it and seals nothing when the server is let into a room of two", async () => {
  await using world = new HostileWorld();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(200);
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  const { group, secret } = bob.store.groups()[0] ?? {};
  assert(group && secret);
  const eve = await world.person("eve");
  eve.store.keepGroup({
    ...{ group, secret, thread: alice.fingerprint, peer: alice.fingerprint },
    ...{ name: "", topic: "", rekeyedAt: 0 },
  });
  const place = world.server.house.rooms.get(room);
  const member = place?.members.get(alice.fingerprint.toHex());
  assert(place && member);
  place.members.set(eve.fingerprint.toHex(), { ...member });
  world.server.meddle(eve.fingerprint, {
    tell: (message) => {
      if (message.kind !== "entered") return [message];
      const info = { type: "direct", name: "alice", topic: "" } as const;
      const peer = alice.fingerprint;
      return [message, { kind: "room", room, seq: 0, group, peer, ...info }];
    },
  });
  eve.cut();
  const isJoined = (kinds: readonly string[]): boolean =>
    kinds.filter((kind) => kind === "joined").length > 0;
  await world.until(() =>
    eve.phase(room) !== "joining" && isJoined(alice.kinds(room)) &&
    isJoined(bob.kinds(room))
  );
  const seals = world.server.requests("seal").length;
  for (const one of [alice, bob]) {
    const error = await world.done(
      one.conversation.say("two", room).catch(({ code }) => code),
    );
    assertEquals(error, "CHAT_SEAL_REFUSED");
    assert(one.sealed.status(room)?.why.includes("eve"));
  }
  assertEquals(world.server.requests("seal").length, seals);
  // The way out: a room of two with another secret.
  const resynced = alice.sealed.resync(room);
  await world.done(resynced);
  for (const { number } of alice.conversation.outgoing) {
    alice.conversation.retry(number);
  }
  await world.until(
    () => bob.texts(room).includes("alice: two"),
    () => [alice.sealed.status(room), bob.sealed.status(room), bob.kinds(room)],
  );
  assert(!eve.texts(room).includes("alice: two"));
});
