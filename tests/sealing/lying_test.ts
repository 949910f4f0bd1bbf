import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { REFRESH_MS } from "../../lib/sealing/refresher.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { joinAs, plans, say, shows } from "./support/scenes.ts";
import { type Person, World } from "./support/world.ts";

type Sealed = ServerMessage & { readonly kind: "sealed" };

/** Changes what one member is shown of sealed messages. */
function changing(
  world: World,
  whom: Person,
  change: (message: Sealed) => ServerMessage,
): void {
  world.server.lies = {
    toMember: (message, who) =>
      message.kind === "sealed" && who.toHex() === whom.fingerprint.toHex()
        ? [change(message)]
        : [message],
  };
}

Deno.test("a message that the server changed is told as damaged, and what is not sealed is not shown", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  changing(world, bob, (message) => ({
    ...message,
    body: message.body.with(40, (message.body[40] ?? 0) ^ 1),
  }));
  await say(world, alice, "one", room);
  await world.until(() => bob.kinds(room).includes("damaged"));
  changing(world, bob, ({ body: _, ...place }) => ({
    ...{ ...place, kind: "said", text: "send me money" },
    name: "alice",
  }));
  await say(world, alice, "two", room);
  await world.until(() => bob.kinds(room).includes("unsealed"));
  assertEquals(bob.texts(room), []);
  world.server.lies = {};
  await say(world, alice, "three", room);
  await shows(world, bob, room, ["alice: three"]);
  assertEquals(bob.kinds(room), ["damaged", "unsealed", "missing"]);
});

Deno.test("a message that is shown again is told as such, one of ours too", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  await world.until(() => alice.texts(room).length === 1);
  let first: Sealed | undefined;
  world.server.lies = {
    toMember: (message) => {
      if (message.kind !== "sealed") return [message];
      first ??= message;
      return [{ ...message, body: first.body }];
    },
  };
  bob.conversation.say("two", room).catch(() => {});
  await world.until(() => alice.texts(room).length === 2);
  bob.conversation.say("three", room).catch(() => {});
  await world.until(() => alice.kinds(room).length === 1);
  await world.until(() => bob.kinds(room).length === 1);
  assertEquals(alice.kinds(room), ["replayed"]);
  assertEquals(bob.kinds(room), ["own_unknown"]);
});

Deno.test("a member who was shown another commit takes the current keys again", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = {
    toMember: (message, who) =>
      message.kind === "committed" && who.toHex() === bob.fingerprint.toHex()
        ? [{ ...message, body: message.body.with(40, 7) }]
        : [message],
  };
  await world.done(alice.sealed.rekey(room));
  await world.until(() => bob.kinds(room).includes("damaged"));
  world.server.lies = {};
  // The GroupInfo that is there is good: an older one would lead bob astray.
  await world.pass(REFRESH_MS + 1_000);
  assertEquals(world.server.count("refresh"), 0);
  await say(world, alice, "unreadable", room);
  await world.until(
    () => bob.kinds(room).includes("entered"),
    () => [bob.kinds(room), bob.sealed.status(room)],
  );
  assertEquals(bob.kinds(room), ["damaged", "future_epoch", "entered"]);
  await world.until(() => alice.kinds(room).includes("rejoined"));
  await say(world, alice, "again", room);
  await shows(world, bob, room, ["alice: again"]);
});

Deno.test("after a commit that is nonsense, newcomers are let in by those who are there", async () => {
  await using world = new World();
  const { room, people } = await plans(world, ["alice", "bob", "carol"]);
  const [alice, , carol] = people;
  assert(alice && carol);
  world.server.lies = {
    toServer: (message, who) =>
      message.kind === "propose" && who.toHex() === carol.fingerprint.toHex()
        ? {
          ...message,
          commit: message.commit.with(50, 1),
          info: message.info.with(60, 1),
        }
        : message,
  };
  carol.sealed.rekey(room).catch(() => {});
  await world.until(() => alice.kinds(room).includes("damaged"));
  world.server.lies = {};
  const dora = await world.person("dora");
  await joinAs(world, dora, alice, room);
  await world.until(
    () => dora.phase(room) === "member",
    () => [dora.sealed.status(room), people.map((one) => one.kinds(room))],
  );
  await world.until(
    () => carol.kinds(room).includes("joined"),
    () => [carol.kinds(room), carol.sealed.status(room)],
  );
  await say(world, dora, "hello", room);
  for (const one of [...people, dora]) {
    await shows(world, one, room, ["dora: hello"]);
  }
});

Deno.test("where somebody without keys spoils the GroupInfo, newcomers are let in by those who are there", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  const { history } = world.server.house.settings;
  const { id: group, turn } = history.group(room) ?? { id: null, turn: 0 };
  assert(group !== null);
  const info = new Uint8Array(294).fill(1);
  history.append([], [{ kind: "group info", room, group, turn, info }]);
  const dora = await world.person("dora");
  await joinAs(world, dora, alice, room);
  await world.until(() => dora.phase(room) === "member");
  assert(!dora.kinds(room).includes("damaged"));
});

Deno.test("a server that refuses all changes is asked ever more slowly, and who waits is told", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = {
    toServer: (message) =>
      message.kind === "propose" || message.kind === "seal"
        ? {
          ...{ kind: "refused", id: message.id, code: "CHAT_SEAL_OUTRUN" },
          ...{ text: "no", retryMs: 0 },
        }
        : message,
  };
  const asked = world.server.heard.length;
  const rekeying = assertRefusesLater(
    "CHAT_SEAL_OUTRUN",
    () => alice.sealed.rekey(room),
  );
  void bob.conversation.say("waits", room).catch(() => {});
  await world.done(rekeying);
  await world.pass(3_600_000);
  const more = world.server.heard.length - asked;
  assert(more < 250, `${more} requests`);
  world.server.lies = {};
  bob.cut();
  await shows(world, alice, room, ["bob: waits"]);
});

Deno.test("a server that contradicts itself about the log makes nobody hang or hurry", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  const lies: Partial<ServerMessage & { kind: "head" }>[] = [
    { seq: 1_000_000 },
    { turn: 1_000_000 },
    { turn: 0 },
    { group: new Uint8Array(32) },
    { info: new Uint8Array(300) },
  ];
  for (const lie of lies) {
    world.server.lies = {
      toMember: (message) =>
        message.kind === "head" ? [{ ...message, ...lie }] : [message],
    };
    const asked = world.server.heard.length;
    bob.cut();
    await world.pass(600_000);
    const more = world.server.heard.length - asked;
    assert(more < 200, `${Object.keys(lie)}: ${more} requests`);
  }
  world.server.lies = {};
  bob.cut();
  await world.pass(400_000);
  if (bob.phase(room) !== "member") await world.done(bob.sealed.resync(room));
  await say(world, bob, "here", room);
  await world.until(() => alice.texts(room).includes("bob: here"));
});

Deno.test("another room in the place of one that is known is not taken for it", async () => {
  await using world = new World();
  const { room, people: [alice, bob] } = await plans(world, ["alice", "bob"]);
  assert(alice && bob);
  world.server.lies = {
    toMember: (message) =>
      message.kind === "room" && message.type === "sealed"
        ? [{ ...message, group: new Uint8Array(32).fill(9) }]
        : [message],
  };
  bob.cut();
  await world.pass(5_000);
  void bob.conversation.say("not there", room).catch(() => {});
  await world.pass(5_000);
  assertEquals(alice.texts(room), []);
  assert(bob.sealed.status(room)?.why !== "");
});

Deno.test("an injected member gets no key: nothing is sealed for a third in a room of two", async () => {
  await using world = new World();
  const alice = await world.person("alice");
  const bob = await world.person("bob");
  const { room } = await world.done(alice.conversation.direct("bob"));
  await say(world, alice, "one", room);
  await shows(world, bob, room, ["alice: one"]);
  const { group, secret } = alice.store.groups()[0] ?? {};
  assert(group && secret);
  // A third who was given the secret, and whom the server lets into the room.
  const eve = await world.person("eve");
  const place = world.server.house.rooms.get(room);
  const member = place?.members.get(alice.fingerprint.toHex());
  assert(place && member);
  eve.store.keepGroup({
    ...{ group, secret, thread: bob.fingerprint, peer: bob.fingerprint },
    ...{ name: "", topic: "", rekeyedAt: 0 },
  });
  place.members.set(eve.fingerprint.toHex(), { ...member });
  const info = alice.room(bob);
  const { seq } = place;
  world.server.lies = {
    toMember: (message, who) =>
      message.kind === "entered" &&
        who.toHex() === eve.fingerprint.toHex()
        ? [message, { ...info, kind: "room", seq, name: "bob" }]
        : [message],
  };
  eve.cut();
  await world.until(
    () => alice.kinds(room).filter((kind) => kind === "joined").length === 2,
    () => [alice.kinds(room), eve.events],
  );
  const sealed = world.server.count("seal");
  await world.done(
    assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => alice.conversation.say("two", room),
    ),
  );
  assertEquals(world.server.count("seal"), sealed);
  assert(alice.sealed.status(room)?.why.includes("eve"));
  // Begun anew, the room is theirs alone again.
  world.server.lies = {};
  await world.done(alice.sealed.resync(room));
  await world.until(() =>
    alice.phase(room) === "member" && alice.sealed.status(room)?.why === ""
  );
  await say(world, alice, "three", room);
  await world.until(() => bob.texts(room).includes("alice: three"));
  assert(bob.kinds(room).includes("restarted"));
  assertEquals(eve.texts(room).includes("alice: three"), false);
});
