import { assert, assertEquals } from "../../support/assert.ts";
import { joinAs, say, shows } from "../support/scenes.ts";
import type { Person } from "../support/world.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { intoRoom, swallow } from "./support/meddlers.ts";
import { scene } from "./support/scene.ts";

Deno.test("Sealing shows no message of ours in another room when the server puts it there", async () => {
  await using world = new HostileWorld();
  const { room, people: [alice, bob] } = await scene(world, ["alice", "bob"]);
  assert(alice && bob);
  const other = (await world.done(alice.sealed.create("other"))).room;
  await world.until(() => alice.phase(other) === "member");
  const log = world.fakeLog(alice, other);
  // It keeps the message for itself, and shows it where it was not said.
  world.server.meddle(alice.fingerprint, swallow("seal"));
  void alice.conversation.say("for plans only", room).catch(() => {});
  await world.until(() => world.server.requests("seal").length === 1);
  const { body } = world.server.requests("seal")[0] ?? {};
  assert(body);
  log.put({ kind: "sealed", fingerprint: alice.fingerprint, body });
  await world.until(
    () => alice.changes(other).some(({ kind }) => kind === "unreadable"),
    () => alice.events.slice(-5),
  );
  assertEquals(alice.texts(other), []);
  assertEquals(alice.conversation.outgoing.map(({ text }) => text), [
    "for plans only",
  ]);
  log.stop();
  world.server.behave();
  alice.cut();
  await shows(world, bob, room, ["alice: for plans only"]);
});

Deno.test("Sealing shows a message of another room as unreadable when the server puts it here", async () => {
  await using world = new HostileWorld();
  const { room, people: [alice, bob, carol] } = await scene(world, [
    "alice",
    "bob",
    "carol",
  ]);
  assert(alice && bob && carol);
  const other = (await world.done(alice.sealed.create("other"))).room;
  await joinAs(world, bob, alice, other);
  await world.until(() =>
    bob.phase(other) === "member" && alice.sealed.status(other)?.epoch === 1n
  );
  const log = world.fakeLog(bob, other);
  await say(world, alice, "for plans only", room);
  await shows(world, bob, room, ["alice: for plans only"]);
  const { body } = world.server.requests("seal").at(-1) ?? {};
  assert(body);
  log.put({ kind: "sealed", fingerprint: alice.fingerprint, body });
  await world.until(() => bob.kinds(other).includes("damaged"));
  assertEquals(bob.texts(other), []);
  await say(world, alice, "here", other);
  await shows(world, bob, other, ["alice: here"]);
});

Deno.test("Sealing shows that a room is gone, and seals nothing for another, when the server gives its number away", async () => {
  await using world = new HostileWorld();
  const { room, people: [alice, bob] } = await scene(world, ["alice", "bob"]);
  const mallory = await world.person("mallory");
  assert(alice && bob);
  const { room: ours } = await world.done(alice.conversation.direct("mallory"));
  await world.until(() => mallory.conversation.rooms.has(ours));
  // What waits in the room is of it, not of its number.
  world.server.meddle(alice.fingerprint, swallow("seal"));
  const said = refused(alice, "for bob", room);
  await world.until(() => world.server.requests("seal").length === 1);
  const next = refused(alice, "for bob, too", room);
  alice.isOnline = false;
  alice.cut();
  await world.pass(1_000);
  const third = refused(alice, "and this", room);
  world.server.behave();
  const [from, to] = [ours, room];
  world.server.meddle(alice.fingerprint, intoRoom(from, to));
  alice.isOnline = true;
  await world.until(() =>
    alice.conversation.rooms.get(room)?.type === "direct"
  );
  await world.pass(120_000);
  assertEquals(mallory.texts(ours), []);
  assertEquals(world.server.requests("found", alice.fingerprint), []);
  assert(
    alice.events.some((event) =>
      event.kind === "parted" && event.room === room
    ),
  );
  await world.until(
    () => alice.conversation.outgoing.every(({ state }) => state === "failed"),
    () => alice.conversation.outgoing,
  );
  await Promise.all([said, next, third]);
});

async function refused(
  person: Person,
  text: string,
  room: number,
): Promise<void> {
  await person.conversation.say(text, room).catch(() => {});
}
