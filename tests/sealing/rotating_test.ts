import type { Bytes } from "../../lib/bytes.ts";
import {
  generateIdentity,
  type Identity,
} from "../../lib/identity/identity.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import type { Author } from "../../lib/protocol/entry.ts";
import { LocalBox } from "../../lib/sealed/local_box.ts";
import { carryOver } from "../../lib/sealing/carry_over.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { plans, say, shows } from "./support/scenes.ts";
import { type Person, type PersonOptions, World } from "./support/world.ts";

/** Ends the process of somebody, who comes back with another key. */
async function rotate(
  world: World,
  person: Person,
  { then = (): Promise<void> => Promise.resolve(), ...options }:
    & Partial<PersonOptions>
    & { readonly then?: () => Promise<void> } = {},
): Promise<Person> {
  await world.done(person.stop());
  await then();
  const identity = await generateIdentity();
  world.server.rotate(person.identity, identity);
  const { database } = person;
  const state = await handOver(person, identity);
  const next = await world.person(person.name, {
    ...{ identity, database, state },
    ...options,
  });
  return next;
}

/** As the program does it with what is on the disk. */
async function handOver(
  person: Person,
  next: Identity,
): Promise<MemoryDeviceState> {
  const { database, state, identity, fingerprint: former } = person;
  const [from, to] = [await LocalBox.of(identity), await LocalBox.of(next)];
  const { device } = state;
  for (const { group } of person.store.groups()) database.dropState(group);
  carryOver(database, { from, to, former, devices: [device] });
  const rehide = (text: string): string => to.hide(from.reveal(text) ?? "");
  return new MemoryDeviceState(device, {
    logId: state.logId,
    lastNumber: state.lastNumber,
    outbox: state.outbox().map((message) => (
      message.hidden ? { ...message, text: rehide(message.text) } : message
    )),
    positions: state.positions(),
  });
}

function hex(bytes: Bytes): string {
  return bytes.toHex();
}

function notices({ events }: Person): readonly string[] {
  return events.flatMap((event) => event.kind === "notice" ? [event.text] : []);
}

async function direct(from: Person, to: Person): Promise<number> {
  return (await from.conversation.direct(to.name)).room;
}

Deno.test("who has another key joins its sealed rooms by itself, and takes its old place out", async () => {
  await using world = new World();
  const names = ["alice", "bob", "carol"];
  const { room, people: [alice, bob, carol] } = await plans(world, names);
  assert(alice && bob && carol);
  await say(world, bob, "with the old key", room);
  for (const one of [alice, bob, carol]) {
    await shows(world, one, room, ["bob: with the old key"]);
  }
  for (const { events } of [alice, carol]) events.length = 0;
  const next = await rotate(world, bob);
  await world.until(
    () => alice.kinds(room).includes("removed"),
    () => [alice.kinds(room), next.kinds(room), next.sealed.status(room)],
  );
  for (const one of [alice, carol]) {
    await world.until(() => one.changes(room).length === 2);
    const [joined, removed] = one.changes(room);
    assert(joined?.kind === "joined" && removed?.kind === "removed");
    assertEquals(joined.member.name, "bob");
    assertEquals(hex(joined.member.fingerprint), hex(next.fingerprint));
    assertEquals(hex(removed.member.fingerprint), hex(bob.fingerprint));
    assertEquals(hex(removed.by.fingerprint), hex(next.fingerprint));
  }
  await world.until(() => next.phase(room) === "member");
  await say(world, next, "with the new one", room);
  await say(world, alice, "welcome", room);
  await shows(world, carol, room, ["bob: with the new one", "alice: welcome"]);
  await shows(world, next, room, ["bob: with the new one", "alice: welcome"]);
  const { entries } = await next.conversation.history(room, {
    ...{ before: null, limit: 50 },
  });
  const texts = entries.flatMap((entry) =>
    entry.kind === "said" ? [entry.text] : []
  );
  assertEquals(texts, ["with the old key", "with the new one", "welcome"]);
  assertEquals(next.room().name, "plans");
});

Deno.test("who has another key is told that it cannot read what was said to the old one", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "first", room);
  await shows(world, bob, room, ["alice: first"]);
  const next = await rotate(world, bob, {
    then: async () => {
      await say(world, alice, "missed", room);
      await say(world, alice, "missed too", room);
    },
  });
  await world.until(() => next.kinds(room).includes("removed"));
  assertEquals(next.texts(room), []);
  assertEquals(next.kinds(room), ["earlier", "entered", "removed"]);
  await say(world, alice, "now", room);
  await shows(world, next, room, ["alice: now"]);
});

Deno.test("what was sealed with the old key and not answered is stored once, and shown as ours", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = { // neither the answer nor the entry
    toMember: (message, who) =>
      hex(who) === hex(bob.fingerprint) ? [] : [message],
  };
  void bob.conversation.say("never answered", room).catch(() => {});
  await world.until(() => alice.texts(room).length === 1);
  bob.isOnline = false;
  bob.cut();
  world.server.lies = {};
  assertEquals(bob.conversation.outgoing.length, 1);
  const next = await rotate(world, bob);
  await world.until(() => next.phase(room) === "member");
  await world.until(() => next.conversation.outgoing.length === 0);
  await say(world, next, "more", room);
  await shows(world, alice, room, ["bob: never answered", "bob: more"]);
  assertEquals(next.store.own(next.store.groups()[0]?.group as Bytes), []);
  assertEquals(notices(next), []);
});

Deno.test("what waits when the key is changed is said with the next one, of two as of many", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  const two = await direct(bob, alice);
  await say(world, bob, "hello", two);
  bob.isOnline = false;
  bob.cut();
  void bob.conversation.say("waited", room).catch(() => {});
  void bob.conversation.say("waited too", two).catch(() => {});
  const next = await rotate(world, bob);
  await world.until(() => next.conversation.outgoing.length === 0);
  await shows(world, alice, room, ["bob: waited"]);
  await shows(world, alice, two, ["bob: hello", "bob: waited too"]);
});

Deno.test("a room of two goes on in another group when one has another key, whoever speaks first", async () => {
  for (const first of ["alice", "bob"]) {
    await using world = new World();
    const alice = await world.person("alice");
    const bob = await world.person("bob");
    await world.pass(1_000);
    const room = await direct(alice, bob);
    await say(world, alice, "hello", room);
    await say(world, bob, "hi", room);
    await shows(world, alice, room, ["alice: hello", "bob: hi"]);
    await shows(world, bob, room, ["alice: hello", "bob: hi"]);
    const next = await rotate(world, bob);
    await world.until(() =>
      alice.phase(room) === "keyless" && next.phase(room) === "keyless"
    );
    const why = alice.sealed.status(room)?.why ?? "";
    assert(why.startsWith("bob has another key now"), why);
    const [told] = notices(alice);
    assertStringIncludes(told ?? "", next.identity.fingerprint);
    assertEquals(notices(next), []);
    const [one, other] = first === "alice" ? [alice, next] : [next, alice];
    await say(world, one, "again", room);
    await say(world, other, "yes", room);
    for (const each of [alice, next]) {
      await world.until(() =>
        each.texts(room).at(-1)?.endsWith("yes") ?? false
      );
      const { entries } = await each.conversation.history(room, {
        ...{ before: null, limit: 50 },
      });
      const texts = entries.flatMap((entry) =>
        entry.kind === "said" ? [entry.text] : []
      );
      assertEquals(texts, ["hello", "hi", "again", "yes"], each.name);
    }
    assert(alice.kinds(room).includes("restarted"));
    assertEquals(alice.store.groups().length, 1);
  }
});

Deno.test("what was said with the old key while the other was away is read before the room goes on", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  const room = await direct(alice, bob);
  await say(world, alice, "hello", room);
  await say(world, bob, "hi", room);
  await shows(world, alice, room, ["alice: hello", "bob: hi"]);
  await world.done(alice.stop());
  await say(world, bob, "the last of the old key", room);
  const next = await rotate(world, bob);
  alice.events.length = 0;
  await alice.start();
  await shows(world, alice, room, ["bob: the last of the old key"]);
  await say(world, alice, "again", room);
  await shows(world, next, room, ["alice: again"]);
  const { entries } = await alice.conversation.history(room, {
    ...{ before: null, limit: 50 },
  });
  assertEquals(entries.filter(({ kind }) => kind === "said").length, 4);
});

Deno.test("what was said with the old key is read by who has lost its connection, and the room goes on at once", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  const room = await direct(alice, bob);
  await say(world, alice, "hello", room);
  await say(world, bob, "hi", room);
  await shows(world, alice, room, ["alice: hello", "bob: hi"]);
  alice.isOnline = false;
  alice.cut();
  await say(world, bob, "the last of the old key", room);
  const next = await rotate(world, bob);
  alice.isOnline = true;
  alice.events.length = 0;
  await shows(world, alice, room, ["bob: the last of the old key"]);
  await world.until(() => alice.phase(room) === "keyless");
  await assertRefusesLater(
    "CHAT_SEAL_OUT_OF_STEP",
    () => world.done(alice.sealed.share(room, 2)), // not to the key before
  );
  await world.done(alice.sealed.resync(room));
  await world.until(() => alice.phase(room) === "member");
  await say(world, next, "again", room);
  await shows(world, alice, room, [
    "bob: the last of the old key",
    "bob: again",
  ]);
});

Deno.test("nobody enters the group of a key that is over, and a group begun for it is not gone on with", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.pass(1_000);
  const room = await direct(alice, bob);
  await say(world, alice, "hello", room);
  await say(world, bob, "hi", room);
  await shows(world, alice, room, ["alice: hello", "bob: hi"]);
  await world.done(alice.stop());
  const second = await rotate(world, bob);
  for (const { group } of alice.store.groups()) {
    alice.database.dropState(group); // as if it was lost
  }
  const proposals = world.server.count("propose");
  await alice.start();
  await world.until(() => alice.phase(room) === "keyless");
  await world.pass(10_000);
  assertEquals(world.server.count("propose"), proposals);
  world.server.lies = {
    toServer: (message) => message.kind === "found" ? null : message,
  };
  const founded = world.server.count("found");
  alice.conversation.say("for the second key", room).catch(() => {});
  await world.until(() => world.server.count("found") > founded);
  alice.isOnline = false;
  alice.cut();
  world.server.lies = {};
  const third = await rotate(world, second);
  alice.isOnline = true;
  await world.until(() =>
    alice.conversation.rooms.get(room)?.peer?.toHex() === hex(third.fingerprint)
  );
  await say(world, alice, "for the third key", room);
  await world.until(() => third.texts(room).length > 0);
  await say(world, third, "yes", room);
  await world.until(() => alice.texts(room).at(-1) === "bob: yes");
  assertEquals(alice.phase(room), "member");
  assertEquals(world.server.count("found"), founded + 2); // one was not answered
});

Deno.test("nothing is said to another key of a verified name before it was compared", async () => {
  await using world = new World();
  let verified: Bytes | undefined;
  const trust = ({ name, fingerprint }: Author): "changed" | "verified" =>
    name !== "bob" || verified === undefined ||
      hex(verified) === hex(fingerprint)
      ? "verified"
      : "changed";
  const options = { trust };
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"], {
    ...options,
  });
  assert(alice && bob);
  verified = bob.fingerprint;
  const two = await direct(alice, bob);
  await say(world, alice, "hello", two);
  const next = await rotate(world, bob, options);
  await world.until(() => alice.kinds(room).includes("removed"));
  for (const each of [room, two]) {
    const [changed] = alice.sealed.status(each)?.changed ?? [];
    assertEquals(changed && hex(changed.fingerprint), hex(next.fingerprint));
    await assertRefusesLater(
      "CHAT_IDENTITY_CHANGED",
      () => world.done(alice.conversation.say("not to you", each)),
      "bob has another key than the one you verified",
    );
  }
  await world.pass(10_000);
  assertEquals(next.texts(room), []);
  assertEquals(next.texts(two), []);
  verified = next.fingerprint; // `/verify bob ok`
  await say(world, alice, "now to you", room);
  await say(world, alice, "and to you", two);
  await shows(world, next, room, ["alice: now to you"]);
  await shows(world, next, two, ["alice: and to you"]);
  assert(next.kinds(two).includes("entered"));
});
