import { ChatError } from "../../lib/errors.ts";
import { MAX_WAIT_MS } from "../../lib/sealing/wishes.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { FailingDatabase } from "./support/failing_database.ts";
import { plans, say, shows } from "./support/scenes.ts";
import type { Lies } from "./support/test_server.ts";
import { type Person, World } from "./support/world.ts";

/** Somebody in a room. */
interface Place {
  readonly person: Person;
  readonly room: number;
}

/** How somebody comes to be where it stands. */
const PHASES: Readonly<Record<string, (world: World) => Promise<Place>>> = {
  unborn: async (world) => {
    const [person] = [await world.person("alice"), await world.person("bob")];
    const { room } = await person.conversation.direct("bob");
    return { person, room };
  },
  joining: async (world) => {
    const { room, people: [alice] } = await plans(world, ["alice"]);
    const person = await world.person("bob");
    world.server.lies = deafTo("ask_head");
    await person.sealed.join("?", alice?.sealed.secret(room) ?? bytes());
    return { person, room };
  },
  waiting: async (world) => {
    const person = await world.person("alice");
    const bob = await world.person("bob");
    await world.pass(200);
    bob.isOnline = false;
    bob.cut();
    const { room } = await world.done(person.conversation.direct("bob"));
    void person.conversation.say("hello", room).catch(() => {});
    await world.until(() => person.store.groups()[0]?.mayGo === null);
    return { person, room };
  },
  "waiting for a key": async (world) => {
    world.server.lies = deafTo("publish");
    const [person] = [await world.person("alice"), await world.person("bob")];
    const { room } = await person.conversation.direct("bob");
    void person.conversation.say("hello", room).catch(() => {});
    await world.until(() => person.phase(room) === "waiting");
    return { person, room };
  },
  catching_up: async (world) => {
    const { room, people: [, person] } = await plans(world, ["alice", "bob"]);
    assert(person);
    world.server.lies = deafTo("ask_head");
    person.cut();
    await world.until(() => person.phase(room) === "catching_up");
    return { person, room };
  },
  member: async (world) => {
    const { room, people } = await plans(world, ["alice", "bob"]);
    const [alice, person] = people;
    assert(alice && person);
    await say(world, alice, "hello", room);
    await shows(world, person, room, ["alice: hello"]);
    return { person, room };
  },
  excluded: async (world) => {
    const { room, people: [alice, person] } = await plans(world, [
      "alice",
      "bob",
    ]);
    assert(alice && person);
    await world.done(alice.sealed.remove(room, "bob"));
    await world.until(() => person.phase(room) === "excluded");
    return { person, room };
  },
  stale: async (world) => {
    const database = new FailingDatabase();
    const person = await world.person("alice", { database });
    const { room } = await world.done(person.sealed.create("plans"));
    database.backUp();
    await world.done(person.sealed.rekey(room));
    await person.stop();
    database.putBack({ isNoted: true });
    world.server.lies = deafTo("ask_head");
    await person.start();
    await world.until(() => person.phase(room) === "stale");
    return { person, room };
  },
  keyless: async (world) => {
    const { room, people: [, bob] } = await plans(world, ["alice", "bob"]);
    assert(bob);
    await bob.stop();
    const person = await world.person("bob", { identity: bob.identity });
    await world.until(() => person.phase(room) === "keyless");
    return { person, room };
  },
  "keyless with somebody": async (world) => {
    const [alice, bob] = [
      await world.person("alice"),
      await world.person("bob"),
    ];
    const { room } = await world.done(alice.conversation.direct("bob"));
    await say(world, alice, "hello", room);
    await bob.stop();
    const person = await world.person("bob", { identity: bob.identity });
    await world.until(() => person.phase(room) === "keyless");
    return { person, room };
  },
};

/** What is asked, by somebody in a room. */
const WISHES: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  rekey: ({ person, room }) => person.sealed.rekey(room),
  remove: ({ person, room }) => person.sealed.remove(room, "alice"),
  share: ({ person, room }) => person.sealed.share(room, 10),
  title: ({ person, room }) => person.sealed.title("holidays", room),
  resync: ({ person, room }) => person.sealed.resync(room),
  leave: ({ person, room }) => person.sealed.leave(room),
};

for (const [phase, enter] of Object.entries(PHASES)) {
  for (const isSilent of [false, true]) {
    const server = isSilent ? "a server that is silent" : "a server";
    Deno.test(`nothing that is asked waits for ever of ${server}, ${phase}`, async () => {
      await using world = new World();
      const place = await enter(world);
      const { person, room } = place;
      assertEquals(person.phase(room), phase.split(" ")[0]);
      const { lies } = world.server;
      if (isSilent) world.server.lies = { toServer: () => null };
      for (const [name, wish] of Object.entries(WISHES)) {
        await ends(world, name, wish(place));
      }
      world.server.lies = lies;
    });
  }
}

for (
  const [phase, code] of [
    ["unborn", "CHAT_SEAL_NO_KEYS"],
    ["keyless", "CHAT_SEAL_NO_KEYS"],
    ["keyless with somebody", "CHAT_SEAL_NO_KEYS"],
    ["excluded", "CHAT_SEAL_REMOVED"],
    ["waiting for a key", "CHAT_SEAL_OUT_OF_STEP"],
  ] as const
) {
  Deno.test(`SealedRooms.rekey() and remove() are refused at once, ${phase}`, async () => {
    await using world = new World();
    const { person, room } = await PHASES[phase]?.(world) as Place;
    await assertRefusesLater(code, () => person.sealed.rekey(room));
    await assertRefusesLater(code, () => person.sealed.remove(room, "alice"));
  });
}

Deno.test("SealedRooms.rekey() ends when it turns out that there are no keys", async () => {
  await using world = new World();
  const [alice, bob] = [await world.person("alice"), await world.person("bob")];
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "hello", room);
  await bob.stop();
  world.server.lies = {
    toServer: (message) =>
      message.kind !== "ask_head" ? message : {
        ...{ kind: "refused", id: message.id, code: "CHAT_RATE_LIMITED" },
        ...{ text: "too fast", retryMs: 1_000 },
      },
  };
  const other = await world.person("bob", { identity: bob.identity });
  await world.until(() => other.phase(room) === "joining");
  const rekeyed = other.sealed.rekey(room);
  world.server.lies = {};
  await assertRefusesLater("CHAT_SEAL_NO_KEYS", () => world.done(rekeyed));
});

Deno.test("SealedRooms.remove() of oneself is refused at once", async () => {
  await using world = new World();
  const { room, people: [alice] } = await plans(world, ["alice", "bob"]);
  assert(alice);
  for (const subject of ["alice", alice.identity.fingerprint]) {
    await assertRefusesLater(
      "CHAT_NO_SUCH_MEMBER",
      () => alice.sealed.remove(room, subject),
      "/leave",
    );
  }
  await say(world, alice, "still here", room);
});

/** That something ends in time, well or with an error for people. */
async function ends(
  world: World,
  name: string,
  work: Promise<unknown>,
): Promise<void> {
  let isDone = false;
  const done = (): void => void (isDone = true);
  work.then(done, (error) => {
    assert(error instanceof ChatError, `${name}: ${error}`);
    done();
  });
  for (let ms = 0; !isDone; ms += 500) {
    assert(ms <= MAX_WAIT_MS + 1_000, `${name} waits for ever`);
    for (let i = 0; i < 4; i++) await settle();
    await world.clock.pass(500);
  }
}

/** A server that does not answer one kind of request. */
function deafTo(kind: string): Lies {
  return { toServer: (message) => message.kind === kind ? null : message };
}

function bytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32);
}
