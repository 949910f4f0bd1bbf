import { assert, assertEquals } from "../support/assert.ts";
import { type Person, World } from "./support/world.ts";

Deno.test("two members join by secret and talk", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const info = await alice.sealed.create("plans");
  const { room } = info;
  await world.until(() => alice.phase(room) === "member");
  assertEquals(alice.room().name, "plans");
  const secret = alice.sealed.secret(room);
  assert(secret !== undefined);
  await bob.sealed.join("?", secret);
  await world.until(
    () => bob.phase(room) === "member",
    () => [bob.sealed.status(room), bob.events],
  );
  await world.until(() => bob.room().name === "plans");
  await world.done(alice.conversation.say("hello", room));
  await world.done(bob.conversation.act("waves", room));
  const expected = ["alice: hello", "bob: waves"];
  for (const one of [alice, bob] as Person[]) {
    await world.until(() => one.texts(room).length === 2, () => one.events);
    assertEquals(one.texts(room), expected);
  }
});
