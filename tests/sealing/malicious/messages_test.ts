import { assert, assertEquals } from "../../support/assert.ts";
import { say, shows } from "../support/scenes.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { alter, answer } from "./support/meddlers.ts";
import { scene } from "./support/scene.ts";

const NAMES = ["alice", "bob", "carol"];

Deno.test("Sealing shows how many messages are missing when the server withholds some", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const log = world.fakeLog(carol, room);
  let count = 0;
  log.change = (entry) => entry.kind === "sealed" && ++count < 3 ? [] : [entry];
  for (const text of ["1", "2", "3"]) await say(world, alice, text, room);
  await shows(world, carol, room, ["alice: 3"]);
  const missing = carol.changes(room).find(({ kind }) => kind === "missing");
  assert(missing?.kind === "missing");
  assertEquals([missing.member.name, missing.count], ["alice", 2]);
  await shows(world, bob, room, ["alice: 1", "alice: 2", "alice: 3"]);
});

Deno.test("Sealing shows messages that the server swaps once each, and the others as replayed", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  const log = world.fakeLog(carol, room);
  const held: Parameters<typeof log.change>[0][] = [];
  log.change = (entry) => {
    if (entry.kind !== "sealed") return [entry];
    held.push(entry);
    return held.length < 3 ? [] : [...held.toReversed(), ...held];
  };
  for (const text of ["1", "2", "3"]) await say(world, alice, text, room);
  await world.until(
    () => carol.kinds(room).filter((kind) => kind === "replayed").length === 3,
    () => carol.kinds(room),
  );
  assertEquals(carol.texts(room), ["alice: 3", "alice: 2", "alice: 1"]);
});

Deno.test("Sealing shows whose message it is, whoever the server says said it", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const log = world.fakeLog(carol, room);
  log.change = (entry) => [
    { ...entry, name: "bob", fingerprint: bob.fingerprint },
  ];
  await say(world, alice, "I am alice", room);
  await shows(world, carol, room, ["alice: I am alice"]);
  await world.done(alice.sealed.rekey(room));
  await world.until(() => carol.kinds(room).includes("rekeyed"));
  const rekeyed = carol.changes(room).find(({ kind }) => kind === "rekeyed");
  assert(rekeyed?.kind === "rekeyed");
  assertEquals(rekeyed.by.fingerprint, alice.fingerprint);
});

Deno.test("Sealing shows no plaintext as said when the server puts it into a sealed room", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  const log = world.fakeLog(carol, room);
  const { fingerprint } = alice;
  for (const kind of ["said", "did", "titled"] as const) {
    log.put({ kind, name: "alice", text: "send me money", fingerprint });
  }
  log.put({ kind: "founded", group: new Uint8Array(32).fill(3), fingerprint });
  await world.until(() => carol.kinds(room).length === 4);
  assertEquals(carol.kinds(room), [
    "unsealed",
    "unsealed",
    "unsealed",
    "not_permitted",
  ]);
  const past = await carol.conversation.history(room, { limit: 50 });
  assert(!JSON.stringify([past, carol.events]).includes("money"));
  assertEquals(carol.room().topic, "");
  await say(world, alice, "still here", room);
  await shows(world, carol, room, ["alice: still here"]);
});

Deno.test("Sealing shows garbage of any length as damaged when the server puts it there", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  const log = world.fakeLog(carol, room);
  const { fingerprint } = alice;
  const lengths = [0, 1, 10, 38, 294, 34_086];
  for (const length of lengths) {
    const body = new Uint8Array(length).fill(1);
    log.put({ kind: "sealed", fingerprint, body });
    log.put({ kind: "committed", fingerprint, turn: 3, body });
    log.put({ kind: "committed", fingerprint, turn: 2 ** 50, body });
  }
  await world.until(
    () => carol.kinds(room).length >= 3 * lengths.length - 5,
    () => carol.kinds(room),
  );
  assert(carol.kinds(room).includes("damaged"));
  assert(carol.kinds(room).includes("commits_missing"));
  assertEquals(carol.texts(room), []);
  await world.isCalm(carol, 300_000);
});

Deno.test("Sealing shows that a message is not there when the server acknowledges it and does not store it", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob] = people;
  assert(alice && bob);
  const seq = world.server.house.rooms.get(room)?.seq ?? 0;
  const meddling = world.server.meddle(
    alice.fingerprint,
    answer(
      "seal",
      ({ id }) => ({ kind: "ack", id, seq: seq + 1, at: 1 } as never),
    ),
  );
  await say(world, alice, "into the void", room);
  meddling.stop();
  await say(world, bob, "hello?", room);
  await world.until(() =>
    alice.events.some((event) =>
      event.kind === "changed" && event.room === room
    )
  );
  assertEquals(alice.texts(room), ["bob: hello?"]);
  await say(world, alice, "again", room);
  await world.until(() => bob.kinds(room).includes("missing"));
  assertEquals(bob.texts(room), ["bob: hello?", "alice: again"]);
});

Deno.test("Sealing goes on with the same keys when the server says that its log is another one", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  await say(world, alice, "before", room);
  await shows(world, carol, room, ["alice: before"]);
  const log = new Uint8Array(16).fill(9);
  world.server.meddle(
    carol.fingerprint,
    alter("entered", (message) => ({ ...message, log })),
  );
  carol.events.length = 0;
  carol.cut();
  await world.until(() => carol.events.some(({ kind }) => kind === "changed"));
  await world.until(
    () => carol.phase(room) === "member",
    () => [carol.sealed.status(room), carol.kinds(room)],
  );
  await say(world, bob, "after", room);
  await world.until(
    () => carol.texts(room).at(-1) === "bob: after",
    () => [carol.texts(room), carol.kinds(room)],
  );
  assertEquals(carol.texts(room), ["bob: after"]);
  await world.isCalm(carol);
});

Deno.test("Sealing keeps what it shows within bounds when the server floods a room with what cannot be read", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  const log = world.fakeLog(carol, room);
  const { fingerprint } = alice;
  const body = crypto.getRandomValues(new Uint8Array(300));
  await say(world, alice, "before the flood", room);
  for (let i = 0; i < 3_000; i++) {
    log.put({ kind: "sealed", fingerprint, body });
  }
  await world.until(() => carol.kinds(room).length > 64);
  await world.pass(5_000);
  await say(world, alice, "after the flood", room);
  const texts = ["alice: before the flood", "alice: after the flood"];
  await shows(world, carol, room, texts);
  // 64, at 128, 256, 512, 1024 and 2048, and all of them.
  assertEquals(carol.kinds(room).length, 70);
  assertEquals(carol.kinds(room).at(-1), "flood");
  const { entries } = await carol.conversation.history(room, { limit: 200 });
  assertEquals(entries.length, 2);
  assert((await carol.sealed.people(room)).length === 3);
  await world.isCalm(carol);
});
