import type { KeptEntry } from "../../../lib/protocol/entry.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { joinAs, say, shows } from "../support/scenes.ts";
import type { Person } from "../support/world.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { alter, answer, refuse } from "./support/meddlers.ts";
import { scene } from "./support/scene.ts";

const NAMES = ["alice", "bob", "carol"];

/** Waits until all have the same keys, and says something that all read. */
async function agree(
  world: HostileWorld,
  room: number,
  people: readonly Person[],
): Promise<void> {
  const digits = (): number =>
    new Set(people.map((one) => one.sealed.status(room)?.digits)).size;
  const isMember = (one: Person): boolean => one.phase(room) === "member";
  await world.until(
    () => people.every(isMember) && digits() === 1,
    () =>
      people.map((one) => [one.sealed.status(room), one.kinds(room).slice(-9)]),
  );
  const [first, ...others] = people;
  assert(first);
  await say(world, first, "all of you", room);
  for (const one of others) {
    await world.until(() =>
      one.texts(room).at(-1) === `${first.name}: all of you`
    );
  }
}

async function heals(
  world: HostileWorld,
  room: number,
  people: readonly Person[],
): Promise<void> {
  world.server.behave();
  for (const one of people) one.cut();
  await world.pass(3_000);
  for (const one of people) {
    if (one.phase(room) === "member") continue;
    await world.done(one.sealed.resync(room));
  }
  await agree(world, room, people);
}

Deno.test("Sealing shows commits as missing when the server drops one", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const log = world.fakeLog(carol, room);
  log.change = (entry) => entry.kind === "committed" ? [] : [entry];
  await world.done(alice.sealed.rekey(room));
  await say(world, alice, "unseen", room);
  await world.until(() => carol.kinds(room).includes("future_epoch"));
  assertEquals(carol.texts(room), []);
  await world.isCalm(carol, 300_000);
  await heals(world, room, people);
});

Deno.test("Sealing shows commits as missing when the server shows them in another order", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  const log = world.fakeLog(carol, room);
  let held: KeptEntry | undefined;
  log.change = (entry) => {
    if (entry.kind !== "committed") return [entry];
    if (held === undefined) {
      held = entry;
      return [];
    }
    const both = [entry, held];
    log.change = (one) => [one];
    return both;
  };
  await world.done(alice.sealed.rekey(room));
  await world.done(bob.sealed.rekey(room));
  await world.until(() => carol.kinds(room).includes("commits_missing"));
  await world.isCalm(carol);
  await heals(world, room, people);
});

Deno.test("Sealing shows a commit as too old when the server shows it again in a later turn", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  await world.done(alice.sealed.rekey(room));
  const { commit } = world.server.requests("propose").at(-1) ?? {};
  const { turn } = world.server.requests("propose").at(-1) ?? { turn: 0 };
  await world.until(() => carol.kinds(room).includes("rekeyed"));
  const before = carol.sealed.status(room)?.digits;
  const log = world.fakeLog(carol, room);
  assert(commit);
  const fingerprint = alice.fingerprint;
  log.put({ kind: "committed", fingerprint, body: commit, turn: turn + 2 });
  await world.until(
    () => carol.kinds(room).includes("too_old"),
    () => [carol.events.slice(-6), log.newest],
  );
  assertEquals(carol.sealed.status(room)?.digits, before);
  await world.isCalm(carol);
  await heals(world, room, people);
});

Deno.test("Sealing shows a fork when the server shows two members different commits", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, bob, carol] = people;
  assert(alice && bob && carol);
  // Bob's change is ordered for bob alone, in the turn of alice's.
  const log = world.fakeLog(bob, room);
  log.change = (entry) => entry.kind === "committed" ? [] : [entry];
  const turn = bob.sealed.status(room)?.epoch;
  world.server.meddle(
    bob.fingerprint,
    answer("propose", ({ id, commit, turn }) => {
      const { fingerprint } = bob;
      log.put({ kind: "committed", fingerprint, body: commit, turn: turn + 1 });
      return { kind: "ack", id, seq: log.newest, at: 1 } as never;
    }),
  );
  await world.done(bob.sealed.rekey(room));
  await world.done(alice.sealed.rekey(room));
  assertEquals(bob.sealed.status(room)?.epoch, (turn ?? 0n) + 1n);
  assert(
    bob.sealed.status(room)?.digits !== alice.sealed.status(room)?.digits,
  );
  await say(world, alice, "who reads this?", room);
  await world.until(
    () => bob.kinds(room).includes("forked"),
    () => bob.kinds(room),
  );
  await say(world, bob, "and this?", room);
  await world.until(() => alice.kinds(room).includes("forked"));
  await shows(world, bob, room, ["bob: and this?"]);
  await shows(world, alice, room, ["alice: who reads this?"]);
  await shows(world, carol, room, ["alice: who reads this?"]);
  await world.isCalm(bob);
  world.server.behave();
  bob.cut();
  await world.pass(3_000);
  await world.done(bob.sealed.resync(room));
  await agree(world, room, people);
});

Deno.test("Sealing refuses to join by an old GroupInfo that leads nowhere, and shows it to both sides", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, ["alice", "bob"]);
  const [alice, bob] = people;
  assert(alice && bob);
  await world.done(alice.sealed.rekey(room));
  const old = world.server.requests("propose").at(-1)?.info;
  assert(old);
  await world.done(bob.sealed.rekey(room));
  const carol = await world.person("carol");
  world.server.meddle(
    carol.fingerprint,
    alter("head", (message) => ({ ...message, info: old })),
  );
  await joinAs(world, carol, alice, room);
  await world.until(
    () => alice.kinds(room).includes("too_old"),
    () => [alice.kinds(room), carol.kinds(room), carol.sealed.status(room)],
  );
  await say(world, alice, "not for an old epoch", room);
  await world.pass(2_000);
  assertEquals(carol.texts(room), []);
  assert(carol.kinds(room).includes("forked"));
  assert(
    carol.kinds(room).includes("unreadable") || carol.kinds(room).length > 0,
  );
  await world.isCalm(carol);
  world.server.behave();
  carol.cut();
  await world.pass(5_000);
});

Deno.test("Sealing shows that nothing goes on, slowly, when the server lies about the turn", async () => {
  for (const by of [-1, 1, 1_000]) {
    await using world = new HostileWorld();
    const { room, people } = await scene(world, NAMES);
    const [, , carol] = people;
    assert(carol);
    world.server.meddle(
      carol.fingerprint,
      alter("head", (head) => ({ ...head, turn: head.turn + by })),
    );
    carol.cut();
    await world.pass(3_000);
    await world.isCalm(carol, 300_000);
    const { kind } = carol.changes(room)[0] ?? {};
    assertEquals(kind, "unreadable", `${by}: ${carol.kinds(room)}`);
    await heals(world, room, people);
  }
});

Deno.test("Sealing shows trouble, slowly, when the server lies about group, GroupInfo or the end of the log", async () => {
  const lies = [
    { group: new Uint8Array(32).fill(5) },
    { info: new Uint8Array(0) },
    { info: new Uint8Array(48_678).fill(1) },
    { seq: 1_000_000 },
    { seq: Number.MAX_SAFE_INTEGER, turn: Number.MAX_SAFE_INTEGER },
    { title: new Uint8Array(294).fill(2), hello: new Uint8Array(1_536) },
  ];
  for (const lie of lies) {
    await using world = new HostileWorld();
    const { room, people } = await scene(world, NAMES);
    const [, , carol] = people;
    assert(carol);
    world.server.meddle(
      carol.fingerprint,
      alter("head", (head) => ({ ...head, ...lie })),
    );
    carol.cut();
    await world.pass(3_000);
    const resync = carol.sealed.resync(room).catch(() => {});
    await world.isCalm(carol, 300_000);
    assertEquals(carol.room().name, "plans");
    // Where it cannot go on, it says so.
    const isStuck = "group" in lie || "seq" in lie;
    const { why } = carol.sealed.status(room) ?? {};
    assertEquals(why?.includes("Cannot"), isStuck, JSON.stringify(lie));
    world.server.behave();
    carol.cut();
    await world.done(resync);
    await world.pass(10_000); // it may take the keys once more
    await heals(world, room, people);
  }
});

Deno.test("Sealing asks ever more slowly when the server refuses every change as outrun", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [, , carol] = people;
  assert(carol);
  for (const kind of ["propose", "seal", "refresh"] as const) {
    world.server.meddle(carol.fingerprint, refuse(kind, "CHAT_SEAL_OUTRUN"));
  }
  const rekeyed = carol.sealed.rekey(room).catch((error) => error.code);
  carol.conversation.say("never", room).catch(() => {});
  await world.isCalm(carol, 600_000);
  assert(typeof await world.done(rekeyed) === "string");
  const count = world.server.sent.length;
  await world.pass(600_000);
  assert(
    world.server.sent.length - count < 60,
    `${world.server.sent.length - count}`,
  );
  world.server.behave();
  carol.cut();
  await world.until(
    () => carol.texts(room).length === 1,
    () => [carol.conversation.outgoing, carol.sealed.status(room)],
  );
});

Deno.test("Sealing takes the keys again now and then only when the server makes up commits that are missing", async () => {
  await using world = new HostileWorld();
  const { room, people } = await scene(world, NAMES);
  const [alice, , carol] = people;
  assert(alice && carol);
  const log = world.fakeLog(carol, room);
  const { fingerprint } = alice;
  const body = new Uint8Array(300);
  for (let turn = 1_000; turn < 1_012; turn++) {
    log.put({ kind: "committed", fingerprint, turn, body });
    await world.pass(5_000);
  }
  assert(carol.kinds(room).includes("commits_missing"));
  const { length } = world.server.requests("propose", carol.fingerprint);
  assert(length > 0 && length <= 3, `${length}`);
  await heals(world, room, people);
});
