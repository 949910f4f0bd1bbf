import { assert, assertEquals } from "../support/assert.ts";
import { FailingDatabase } from "./support/failing_database.ts";
import { joinAs, say } from "./support/scenes.ts";
import { type Person, World } from "./support/world.ts";

/** When a disk fails, and whether only once. */
interface Failure {
  readonly last: number;
  readonly isOnce: boolean;
}

/** A disk that fails at write `last` while bob takes part in a room. */
async function live(
  { last, isOnce }: Failure,
): Promise<boolean> {
  await using world = new World();
  const database = new FailingDatabase();
  const alice = await world.person("alice");
  const { room } = await world.done(alice.sealed.create("plans"));
  const bob = await world.person("bob", { database });
  await joinAs(world, bob, alice, room);
  await world.until(() => bob.phase(room) === "member");
  database.writes = 0;
  Object.assign(database, { last, isOnce });
  const bobs = bob.conversation.say("b1", room).catch(() => {});
  await say(world, alice, "a1", room);
  await world.done(alice.sealed.rekey(room));
  void bob.conversation.say("b2", room).catch(() => {});
  await say(world, alice, "a2", room);
  const isDone = (): boolean => bob.texts(room).length >= 4;
  await world.until(() => database.hasFailed || isDone());
  const { hasFailed } = database;
  if (hasFailed && !isOnce) {
    await bob.stop();
    await bobs;
    database.last = Infinity;
    await bob.start();
  }
  await world.until(
    () => alice.texts(room).length >= 4,
    () => told(alice, bob, room),
  );
  await world.until(
    () => bob.phase(room) === "member" && pastOf(bob, room).length >= 4,
    () => told(alice, bob, room),
  );
  await world.pass(500);
  assertEquals(alice.texts(room).toSorted(), [
    "alice: a1",
    "alice: a2",
    "bob: b1",
    "bob: b2",
  ]);
  assertEquals(pastOf(bob, room), alice.texts(room));
  assertEquals(alice.kinds(room).filter((kind) => kind !== "joined"), [
    "rekeyed",
  ]);
  assertEquals(
    bob.kinds(room).filter((kind) => kind !== "entered" && kind !== "rekeyed"),
    [],
  );
  assertEquals(bob.conversation.outgoing, []);
  assertEquals(
    bob.store.envelopes(bob.room().group as Uint8Array<ArrayBuffer>),
    [],
  );
  return hasFailed;
}

function pastOf(person: Person, room: number): readonly string[] {
  const info = person.conversation.rooms.get(room);
  const thread = info?.peer ?? info?.group;
  assert(thread);
  const options = { before: null, limit: 100 };
  return person.store.linesBefore(thread, options).flatMap(({ line }) =>
    line.kind === "said" && line.room === room
      ? [`${line.name}: ${line.text}`]
      : []
  );
}

function told(alice: Person, bob: Person, room: number): unknown {
  return [alice, bob].map((one) => [
    one.name,
    one.texts(room),
    one.kinds(room),
    one.sealed.status(room),
    one.conversation.outgoing,
    one.events.filter(({ kind }) => kind === "notice" || kind === "connection"),
  ]);
}

/** A disk that fails at write `last` while bob begins a room of two, or is led in. */
async function meet(
  { last, isOnce }: Failure,
  isFounder: boolean,
): Promise<boolean> {
  await using world = new World();
  const database = new FailingDatabase();
  Object.assign(database, { last, isOnce });
  const alice = await world.person("alice");
  const bob = await world.person("bob", { database });
  await world.pass(200);
  const [first, second] = isFounder ? [bob, alice] : [alice, bob];
  const { room } = await world.done(first.conversation.direct(second.name));
  void first.conversation.say("one", room).catch(() => {});
  await world.until(() => database.hasFailed || second.texts(room).length > 0);
  const isSaid = !database.hasFailed || isOnce;
  if (isSaid) {
    void second.conversation.say("two", room).catch(() => {});
    const isDone = (): boolean => pastOf(bob, room).length >= 2;
    await world.until(() => (database.hasFailed && !isOnce) || isDone());
  }
  const { hasFailed } = database;
  if (hasFailed && !isOnce) {
    await bob.stop();
    database.last = Infinity;
    await bob.start();
    if (!isSaid) void second.conversation.say("two", room).catch(() => {});
  }
  const expected = [`${first.name}: one`, `${second.name}: two`];
  for (const one of [alice, bob]) {
    const isTold = (): boolean => pastOf(one, room).length >= 2;
    await world.until(isTold, () => told(alice, bob, room));
    assertEquals(pastOf(one, room).toSorted(), expected.toSorted());
    assertEquals(pastOf(one, room), pastOf(alice, room));
    assertEquals(one.conversation.outgoing, []);
  }
  assertEquals(world.server.house.rooms.get(room)?.group?.turn, 1);
  return hasFailed;
}

/** Lets it fail at each write, until it does not come to that. */
async function atEach(
  isOnce: boolean,
  run: (failure: Failure) => Promise<boolean>,
): Promise<void> {
  for (let last = 0;; last++) {
    try {
      if (!await run({ last, isOnce })) return assert(last > 5);
    } catch (error) {
      throw new Error(`at write ${last}`, { cause: error });
    }
  }
}

for (const isOnce of [false, true]) {
  const what = isOnce ? "a full disk" : "a crash";
  Deno.test(`nothing is lost, doubled or sealed twice by ${what} at any write`, async () => {
    await atEach(isOnce, live);
  });

  for (const isFounder of [true, false]) {
    const who = isFounder ? "begins" : "is led into";
    Deno.test(`${what} at any write hinders nobody who ${who} a room of two`, async () => {
      await atEach(isOnce, (failure) => meet(failure, isFounder));
    });
  }
}
