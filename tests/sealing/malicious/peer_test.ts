import { fingerprintFromBytes } from "../../../lib/identity/fingerprint.ts";
import { assertEquals } from "../../support/assert.ts";
import { say, shows } from "../support/scenes.ts";
import { HostileWorld } from "./support/hostile_world.ts";
import { alter } from "./support/meddlers.ts";

Deno.test("Sealing shows that the other of a room of two is somebody else when the server exchanges it", async () => {
  for (const name of ["bob", "mallory"]) {
    await using world = new HostileWorld();
    const alice = await world.person("alice");
    const bob = await world.person("bob");
    const mallory = await world.person("mallory");
    await world.pass(200);
    const { room } = await world.done(alice.conversation.direct("bob"));
    await say(world, alice, "one", room);
    await shows(world, bob, room, ["alice: one"]);
    await alice.stop();
    alice.events.length = 0;
    world.server.meddle(
      alice.fingerprint,
      alter(
        "room",
        (message) =>
          message.room === room
            ? { ...message, peer: mallory.fingerprint, name }
            : message,
      ),
    );
    await alice.start();
    await world.until(() => alice.conversation.rooms.has(room));
    await world.pass(5_000);
    const key = fingerprintFromBytes(mallory.fingerprint);
    const told = alice.events.filter((event) =>
      event.kind === "notice" && event.text.includes(key)
    );
    assertEquals(told.length, 1, name);
    // Nobody begins anything with somebody else before the user says so.
    assertEquals(world.server.requests("found", alice.fingerprint).length, 1);
    assertEquals(world.server.requests("seal", alice.fingerprint).length, 1);
    assertEquals(mallory.texts(room), []);
  }
});
