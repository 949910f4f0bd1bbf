import { ChatError } from "../../../lib/errors.ts";
import { sealHello } from "../../../lib/sealed/hello.ts";
import {
  generateRoomSecret,
  roomKeysOf,
} from "../../../lib/sealed/room_secret.ts";
import { openPublishedKey } from "../../../lib/sealed/sealing_key.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { say, shows } from "../support/scenes.ts";
import type { Person } from "../support/world.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { alter, answer, refuse, swallow } from "./support/meddlers.ts";

interface Two {
  readonly alice: Person;
  readonly bob: Person;
  readonly room: number;
}

async function two(world: HostileWorld, first?: string): Promise<Two> {
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  await world.until(() => world.server.requests("publish").length === 2);
  await world.pass(200);
  const { room } = await world.done(alice.conversation.direct("bob"));
  if (first !== undefined) {
    await say(world, alice, first, room);
    await shows(world, bob, room, [`alice: ${first}`]);
  }
  return { alice, bob, room };
}

function later(person: Person, text: string, room: number): void {
  person.conversation.say(text, room).catch((error) => {
    if (!(error instanceof ChatError)) throw error;
  });
}

Deno.test("Sealing shows that it waits, and founds nothing, when the server replaces the sealing key of the other", async () => {
  await using world = new HostileWorld();
  const mallory = await world.person("mallory");
  const { alice, bob, room } = await two(world);
  const { key } = world.server.requests("publish", mallory.fingerprint)[0] ??
    {};
  assert(key);
  world.server.meddle(
    alice.fingerprint,
    alter("sealing_key", (message) => ({ ...message, key })),
  );
  later(alice, "for bob", room);
  await world.until(() => alice.sealed.status(room)?.why !== "");
  await world.isCalm(alice);
  assertEquals(alice.phase(room), "waiting");
  assertEquals(world.server.requests("found"), []);
  await world.isSecret(["for bob"]);
  world.server.behave();
  await shows(world, bob, room, ["alice: for bob"]);
});

Deno.test("Sealing shows that it waits when the server says that it has no key, or garbage", async () => {
  for (const length of [0, 1, 1321, 1536]) {
    await using world = new HostileWorld();
    const { alice, bob, room } = await two(world);
    const key = new Uint8Array(length).fill(1);
    world.server.meddle(
      alice.fingerprint,
      alter("sealing_key", (message) => ({ ...message, key })),
    );
    later(alice, "for bob", room);
    await world.until(() => alice.sealed.status(room)?.why !== "");
    await world.isCalm(alice);
    assertEquals(world.server.requests("found"), []);
    world.server.behave();
    await shows(world, bob, room, ["alice: for bob"]);
  }
});

Deno.test("Sealing shows that it has no keys when the server exchanges a hello", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world);
  const mallory = await world.person("mallory");
  // It knows the group, and all it takes to seal a hello of its own.
  const { group } = await fakeGroup();
  const { key } = world.server.requests("publish", bob.fingerprint)[0] ?? {};
  assert(key);
  const to = await openPublishedKey(key, bob.fingerprint);
  world.server.meddle(bob.fingerprint, {
    tell: (message) => {
      if (message.kind !== "head") return [message];
      return [{ ...message, hello }];
    },
  });
  const hello = await sealHello({
    ...{ secret: generateRoomSecret(), group, to },
    identity: mallory.identity,
  });
  later(alice, "for bob", room);
  await world.until(() => bob.phase(room) === "keyless");
  await world.isCalm(bob);
  assertEquals(alice.phase(room), "waiting");
  assertEquals(world.server.requests("seal"), []);
  world.server.behave();
  bob.cut();
  later(bob, "again", room);
  await world.until(
    () => alice.texts(room).length === 2,
    () => [
      alice.texts(room),
      alice.sealed.status(room),
      bob.sealed.status(room),
      alice.conversation.outgoing,
    ],
  );
});

Deno.test("Sealing shows that a room of two began anew when the server founds it itself", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world, "one");
  const log = world.fakeLog(alice, room);
  const { group, info } = await fakeGroup();
  world.server.meddle(
    alice.fingerprint,
    alter("head", (message) => ({ ...message, group, info, turn: 0 })),
  );
  log.put({ kind: "founded", group, fingerprint: bob.fingerprint });
  await world.until(() => alice.kinds(room).includes("restarted"));
  await world.until(() => alice.phase(room) === "keyless");
  later(alice, "two", room);
  await world.isCalm(alice);
  await world.isSecret(["two"]);
  log.stop();
  world.server.behave();
  alice.cut();
  await shows(world, bob, room, ["alice: one", "alice: two"]);
});

for (const isSame of [true, false]) {
  const which = isSame ? "always one" : "another each time";
  Deno.test(`Sealing asks slowly when the server says without end that another was faster to found, ${which}`, async () => {
    await using world = new HostileWorld();
    const { alice, bob, room } = await two(world);
    const hello = new Uint8Array(1297).fill(1);
    let count = 0;
    world.server.meddle(
      alice.fingerprint,
      refuse("found", "CHAT_SEAL_OUTRUN"),
    );
    world.server.meddle(
      alice.fingerprint,
      answer("ask_head", ({ id }) => {
        const group = new Uint8Array(32).fill(isSame ? 9 : ++count % 256);
        return {
          ...{ kind: "head", id, room, seq: 0, turn: 0, group, hello },
          ...{ title: new Uint8Array(0), info: new Uint8Array(300) },
        };
      }),
    );
    later(alice, "for bob", room);
    await world.isCalm(alice, 5_000, 40);
    await world.isCalm(alice);
    await world.isSecret(["for bob"]);
    assert(alice.store.groups().length <= 2);
    world.server.behave();
    alice.cut();
    await shows(world, bob, room, ["alice: for bob"]);
  });
}

Deno.test("Sealing asks slowly when the server acknowledges a founded group and never shows it", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world);
  world.server.meddle(
    alice.fingerprint,
    answer("found", ({ id }) => ({ kind: "ack", id, seq: 1, at: 1 } as never)),
  );
  later(alice, "for bob", room);
  await world.pass(2_000);
  await world.isCalm(alice, 300_000);
  assertEquals(alice.phase(room), "waiting");
  assertEquals(world.server.requests("seal"), []);
  world.server.behave();
  alice.cut();
  await world.until(
    () => bob.texts(room).length === 1,
    () => [alice.sealed.status(room), alice.events],
  );
});

Deno.test("Sealing goes on over the next connection when the server answers nothing", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world);
  for (const kind of ["ask_key", "found", "ask_head", "propose"] as const) {
    world.server.meddle(null, swallow(kind));
  }
  later(alice, "for bob", room);
  await world.isCalm(alice);
  world.server.behave();
  alice.cut();
  bob.cut();
  await shows(world, bob, room, ["alice: for bob"]);
});

Deno.test("Sealing shows that it has no keys when the other and the server give it those of another room", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world);
  const { room: plans } = await world.done(alice.sealed.create("plans"));
  const secret = alice.sealed.secret(plans);
  const { group } = alice.conversation.rooms.get(plans) ?? {};
  assert(secret && group);
  await world.done(bob.sealed.join("plans", secret));
  await world.until(() => bob.phase(plans) === "member");
  // Bob is with the server: both know the secret, and who gives it to whom.
  const { key } = world.server.requests("publish", alice.fingerprint)[0] ?? {};
  assert(key);
  const to = await openPublishedKey(key, alice.fingerprint);
  const { identity } = bob;
  const hello = await sealHello({ secret, group, to, identity });
  world.server.meddle(
    alice.fingerprint,
    alter(
      "head",
      (head) => head.room === room ? { ...head, group, hello, seq: 0 } : head,
    ),
  );
  const answers = answer(
    "ask_head",
    ({ id, room: of }) =>
      of !== room ? undefined : {
        ...{ kind: "head", id, room, seq: 0, turn: 0, group, hello },
        ...{ title: new Uint8Array(0), info: new Uint8Array(300) },
      },
  );
  world.server.meddle(alice.fingerprint, answers);
  const { name, topic, type, peer } = alice.room(bob);
  world.server.tell(alice.fingerprint, {
    ...{ kind: "room", room, name, topic, type, peer, group, seq: 0 },
  });
  await world.until(() => alice.phase(room) === "keyless");
  await world.isCalm(alice);
  assertEquals(alice.phase(plans), "member");
  assertEquals(alice.store.groups().map((known) => known.peer), [null]);
  await say(world, alice, "for plans", plans);
  await shows(world, bob, plans, ["alice: for plans"]);
  assertEquals(alice.texts(room), []);
});

Deno.test("Sealing shows no plaintext as said when the server puts it into a room of two", async () => {
  await using world = new HostileWorld();
  const { alice, bob, room } = await two(world, "one");
  const log = world.fakeLog(alice, room);
  const fingerprint = bob.fingerprint;
  for (const kind of ["said", "did", "titled"] as const) {
    log.put({ kind, name: "bob", text: "send me money", fingerprint });
  }
  await world.until(() =>
    alice.kinds(room).filter((kind) => kind === "unsealed").length === 3
  );
  assertEquals(alice.texts(room), ["alice: one"]);
  assertEquals(alice.room(bob).topic, "");
  const past = await alice.conversation.history(room, { limit: 50 });
  assert(!JSON.stringify(past).includes("money"));
  assert(!JSON.stringify(alice.events).includes("money"));
});

async function fakeGroup(): Promise<
  { group: Uint8Array<ArrayBuffer>; info: Uint8Array<ArrayBuffer> }
> {
  const { roomId } = await roomKeysOf(generateRoomSecret());
  return { group: roomId, info: new Uint8Array(300).fill(7) };
}
