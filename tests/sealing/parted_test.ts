import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { joinAs, plans, say, shows } from "./support/scenes.ts";
import type { Lies } from "./support/test_server.ts";
import { type Person, World } from "./support/world.ts";

/** Tells somebody, behind the next message, that it is in a room no more. */
function partFrom(room: number, whom: Person): Lies {
  let isTold = false;
  return {
    toMember: (message, who) => {
      if (isTold || who.toHex() !== whom.fingerprint.toHex()) return [message];
      isTold = true;
      return [message, { kind: "parted", room }];
    },
  };
}

/** Announces no sealed room to somebody. */
function withholdFrom(whom: Person): Lies {
  const isRoom = (message: ServerMessage): boolean =>
    message.kind === "room" && message.type === "sealed";
  return {
    toMember: (message, who) =>
      isRoom(message) && who.toHex() === whom.fingerprint.toHex()
        ? []
        : [message],
  };
}

Deno.test("Sealing.parted() destroys nothing of a room that its user did not leave", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  world.server.lies = partFrom(room, bob);
  await say(world, alice, "two", room);
  await world.until(() => bob.phase(room) === "none");
  await world.pass(500);
  const [known] = bob.store.groups();
  assert(known);
  assertEquals(bob.store.lastEntry(known.thread) > 0, true);
  assert(bob.store.stateOf(known.group).read());
  assertEquals(bob.sealed.known("plans"), [known.secret]);
  // The server takes bob in again: it goes on where it was.
  world.server.lies = {};
  await say(world, alice, "three", room);
  bob.cut();
  await world.until(() => bob.phase(room) === "member");
  await say(world, bob, "four", room);
  await world.until(() => alice.texts(room).includes("bob: four"));
  assertEquals(bob.sealed.known("plans"), []);
  assertEquals(alice.kinds(room), []);
  const { entries } = await bob.conversation.history(room, { limit: 10 });
  assertEquals("text" in (entries[0] ?? {}) && entries[0]?.kind, "said");
});

Deno.test("SealedRooms.join() goes on in a room that the server has taken its user out of", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = partFrom(room, bob);
  await say(world, alice, "one", room);
  await world.until(() => bob.phase(room) === "none");
  world.server.house.rooms.get(room)?.members.delete(bob.fingerprint.toHex());
  world.server.lies = {};
  await world.done(alice.sealed.rekey(room));
  const [secret] = bob.sealed.known("plans");
  assert(secret);
  const info = await world.done(bob.sealed.join("called so", secret));
  assertEquals([info.room, info.name], [room, "plans"]);
  await world.until(() => bob.phase(room) === "member");
  await say(world, alice, "two", room);
  await shows(world, bob, room, [
    ...bob.texts(room).slice(0, -1),
    "alice: two",
  ]);
  await world.until(() => alice.kinds(room).includes("rejoined"));
});

Deno.test("SealedRooms.leave() forgets keys and lines, also when the answer is lost", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  const thread = bob.store.groups()[0]?.thread;
  assert(thread);
  world.server.lies = {
    toMember: (message) => {
      if (message.kind !== "parted" && message.kind !== "done") {
        return [message];
      }
      bob.cut();
      return [];
    },
  };
  await world.done(
    assertRefusesLater(
      "CHAT_CONNECTION_CUT",
      () => bob.conversation.leave(room),
    ),
  );
  world.server.lies = {};
  await world.until(() => bob.store.groups().length === 0);
  assertEquals(bob.store.lastEntry(thread), 0);
  assertEquals(bob.sealed.known("plans"), []);
});

Deno.test("SealedRooms.leave() that the server did not hear forgets nothing, later either", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = {
    toServer: (message) => {
      if (message.kind !== "leave") return message;
      bob.cut();
      return null;
    },
  };
  await world.done(
    assertRefusesLater(
      "CHAT_CONNECTION_CUT",
      () => bob.conversation.leave(room),
    ),
  );
  await world.until(() =>
    bob.phase(room) === "member" || bob.phase(room) === "excluded"
  );
  await world.until(() => bob.store.groups()[0]?.mayGo === null);
  world.server.lies = withholdFrom(bob);
  bob.cut();
  await world.until(() => bob.phase(room) === "none");
  await world.pass(500);
  assertEquals(bob.store.groups().length, 1);
});

Deno.test("SealedRooms.leave() ends with the keys gone, even if its user quits at once and the server forgets to say so", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await world.done(bob.conversation.leave(room));
  await bob.stop();
  await bob.start();
  await world.until(() => bob.store.groups().length === 0);
});

Deno.test("a sealed room has its name and is joined, not keyless, from the first moment on", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const made = await alice.sealed.create("plans");
  assertEquals([made.name, alice.phase(made.room)], ["plans", "member"]);
  const secret = alice.sealed.secret(made.room);
  assert(secret);
  const phases: string[] = [];
  const joined = await bob.sealed.join("?", secret);
  phases.push(bob.phase(joined.room));
  assertEquals([joined.name, ...phases], ["?", "joining"]);
  assertEquals(bob.sealed.secret(joined.room), secret);
  await world.until(() => {
    phases.push(bob.phase(joined.room));
    return phases.at(-1) === "member";
  });
  assertEquals(phases.includes("keyless"), false);
  await bob.stop();
  await bob.start();
  phases.length = 0;
  await world.until(() => {
    phases.push(bob.phase(joined.room));
    return phases.at(-1) === "member";
  });
  assertEquals(phases.includes("keyless"), false);
});

Deno.test("a device that has no secret of a sealed room is keyless there, once that is known", async () => {
  await using world = new World();
  const { room, people: [, bob] } = await plans(world, ["alice", "bob"]);
  assert(bob);
  await bob.stop();
  const other = await world.person("bob", { identity: bob.identity });
  await world.until(() => other.phase(room) === "keyless");
  assert(other.sealed.status(room)?.why.includes("link"));
});

for (const isHeard of [true, false]) {
  const what = isHeard ? "heard" : "did not hear";
  for (const isRestarted of [true, false]) {
    const how = isRestarted ? "after a restart" : "over the next connection";
    Deno.test(`a room that the server ${what} of before the connection was lost is right ${how}`, async () => {
      await using world = new World();
      const alice = await world.person("alice");
      await world.pass(200);
      const lose = (): void => {
        alice.isOnline = false;
        alice.cut();
      };
      world.server.lies = {
        toServer: (message) => {
          if (message.kind !== "found" || isHeard) return message;
          lose();
          return null;
        },
        toMember: (message) => {
          if (message.kind === "done") lose();
          return alice.isOnline && message.kind !== "room" ? [message] : [];
        },
      };
      await world.done(
        assertRefusesLater(
          "CHAT_CONNECTION_CUT",
          () => alice.sealed.create("plans"),
        ),
      );
      world.server.lies = {};
      assertEquals(alice.store.groups().length, 1);
      alice.isOnline = true;
      if (isRestarted) {
        await alice.stop();
        await alice.start();
      }
      if (!isHeard) {
        await world.until(() => alice.store.groups().length === 0);
        return;
      }
      await world.until(() => alice.conversation.rooms.size === 2);
      const { room, name } = alice.room();
      assertEquals(name, "plans");
      await world.until(() => alice.phase(room) === "member");
      await world.until(() => alice.store.groups()[0]?.mayGo === null);
      const bob = await world.person("bob");
      await joinAs(world, bob, alice, room);
      await world.until(() => bob.phase(room) === "member");
      await say(world, bob, "in", room);
      await shows(world, alice, room, ["bob: in"]);
    });
  }
}

Deno.test("a room that is refused is forgotten, but not one that was known", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const nowhere = new Uint8Array(32).fill(3);
  await world.done(
    assertRefusesLater(
      "CHAT_NO_SUCH_ROOM",
      () => alice.sealed.join("x", nowhere),
    ),
  );
  assertEquals(alice.store.groups(), []);
  const { room } = await world.done(alice.sealed.create("plans"));
  await world.pass(200);
  world.server.lies = withholdFrom(alice);
  alice.cut();
  await world.until(() => alice.phase(room) === "none");
  const [secret] = alice.sealed.known("plans");
  assert(secret);
  world.server.lies = {
    toServer: (message) =>
      message.kind === "join_sealed"
        ? {
          ...{ kind: "refused", id: message.id, code: "CHAT_NO_SUCH_ROOM" },
          ...{ text: "it is lost", retryMs: 0 },
        }
        : message,
  };
  await world.done(
    assertRefusesLater(
      "CHAT_NO_SUCH_ROOM",
      () => alice.sealed.join("x", secret),
    ),
  );
  assertEquals(alice.sealed.known("plans"), [secret]);
  assertEquals(alice.sealed.known("others"), []);
});

Deno.test("Sealing.complete() leaves a room alone that the server is being asked for", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  await world.pass(200);
  const known: unknown[] = [];
  world.server.lies = {
    toServer: (message) => {
      if (message.kind === "found") {
        alice.sealed.complete();
        known.push(...alice.sealed.known("plans"));
      }
      return message;
    },
  };
  const { room } = await world.done(alice.sealed.create("plans"));
  assertEquals(known, []); // it is not one that was known before
  await world.until(() => alice.store.groups()[0]?.mayGo === null);
  await alice.stop();
  await alice.start();
  await world.until(() => alice.phase(room) === "member");
});
