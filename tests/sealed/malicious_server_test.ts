import { utf8 } from "../../lib/bytes.ts";
import type { Bytes } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { openGroupInfo } from "../../lib/sealed/group_info.ts";
import { suiteOf } from "../../lib/sealed/mls_suite.ts";
import {
  generateRoomSecret,
  roomKeysOf,
} from "../../lib/sealed/room_secret.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import {
  asking,
  type Device,
  type Entry,
  founded,
  kindsOf,
  LogServer,
  propose,
  roomOf,
  say,
  textsOf,
} from "./support.ts";

// The server orders, stores and relays, and here it lies about all of it.

async function sealAll(
  { room }: Device,
  texts: readonly string[],
): Promise<readonly Bytes[]> {
  const sealed: Bytes[] = [];
  for (const text of texts) sealed.push(await room.seal(utf8(text)));
  return sealed;
}

/** A commit of `device`, ordered for those who are told of it only. */
async function ordered(server: LogServer, device: Device): Promise<Entry> {
  await device.room.propose({ kind: "rekey" });
  propose(server, device);
  return server.log.at(-1) as Entry;
}

Deno.test("a server cannot put in a member: it cannot open or make a GroupInfo or a commit", async () => {
  const { server, founder } = await founded();
  const ghost = await generateIdentity();
  const keys = {
    ...await roomKeysOf(generateRoomSecret()),
    roomId: founder.room.roomId, // all that it knows
  };
  const suite = await suiteOf(ghost);
  const { groupInfo } = server.head;
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => openGroupInfo(groupInfo, suite, keys, { atLeast: 0n }),
    "not sealed for this room",
  );
  const own = await founded("ghost");
  const intruder = await asking(own.server, own.secret, "intruder");
  const bytes = intruder.room.proposal?.commit as Bytes;
  const turn = 1;
  assertEquals(kindsOf(await founder.room.receiveCommit({ turn, bytes })), [
    "damaged",
  ]);
  assertEquals((await founder.room.members()).length, 1);
});

Deno.test("a message or commit of which one byte was changed is damaged", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const [sealed] = await sealAll(alice, ["hello"]) as [Bytes];
  for (let at = 0; at < sealed.length; at += 7) {
    const changed = sealed.with(at, sealed[at] as number ^ 1);
    const events = await bob.room.receiveMessage(changed);
    assertEquals(kindsOf(events), ["damaged"], `byte ${at}`);
  }
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["message"]);
  const commit = await ordered(server, alice);
  for (const at of [0, 1, 5, 15, 40, commit.bytes.length - 1]) {
    const bytes = commit.bytes.with(at, commit.bytes[at] as number ^ 1);
    const turn = bob.room.turn + 1;
    assertEquals(kindsOf(await bob.room.receiveCommit({ turn, bytes })), [
      "damaged",
    ]);
  }
});

Deno.test("messages that are dropped are missed as soon as their author speaks again", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const [one, , , four] = await sealAll(alice, ["1", "2", "3", "4"]);
  const read = async (bytes: Bytes | undefined): Promise<number> => {
    const [event] = await bob.room.receiveMessage(bytes as Bytes);
    assert(event?.kind === "message");
    return event.missing;
  };
  assertEquals(await read(one), 0);
  assertEquals(await read(four), 2);
  // Also the last ones of an epoch, which no ratchet shows.
  await sealAll(alice, ["5"]);
  await ordered(server, alice);
  for (const device of devices) await device.catchUp(server);
  const [six] = await sealAll(alice, ["6"]);
  assertEquals(await read(six), 1);
});

Deno.test("messages in another order open, and are marked as late", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const sealed = await sealAll(alice, ["0", "1", "2", "3"]);
  const seen: [number, boolean, number][] = [];
  for (const at of [2, 0, 3, 1]) {
    const [event] = await bob.room.receiveMessage(sealed[at] as Bytes);
    assert(event?.kind === "message");
    seen.push([event.number, event.late, event.missing]);
  }
  assertEquals(seen, [[2, false, 2], [0, true, 0], [3, false, 0], [
    1,
    true,
    0,
  ]]);
});

Deno.test("a message is read once, however often it is shown", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const [sealed] = await sealAll(alice, ["hello"]) as [Bytes];
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["message"]);
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["replayed"]);
  await bob.crash();
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["replayed"]);
  await ordered(server, alice);
  await bob.catchUp(server);
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["replayed"]);
});

Deno.test("a commit that is withheld is missed", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  await ordered(server, alice);
  await alice.catchUp(server);
  await say(server, alice, "after");
  const [, message] = server.log.slice(-2) as [Entry, Entry];
  assertEquals(kindsOf(await bob.read(message)), ["future_epoch"]);
  const next = await ordered(server, alice);
  assertEquals(kindsOf(await bob.read(next)), ["commits_missing"]);
  assertEquals(kindsOf(bob.room.settle(server.head.turn)), ["commits_missing"]);
  // A way forward: the current keys.
  await bob.room.rejoin(server.head);
  propose(server, bob);
  await bob.read(server.log.at(-1) as Entry);
  for (const entry of server.log.slice(-2)) await alice.read(entry);
  assertEquals(alice.room.epochFingerprint, bob.room.epochFingerprint);
});

Deno.test("a commit that is shown again under another turn is refused", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const { bytes } = await ordered(server, alice);
  await bob.catchUp(server);
  const before = bob.room.epochFingerprint;
  const turn = bob.room.turn + 1;
  assertEquals(kindsOf(await bob.room.receiveCommit({ turn, bytes })), [
    "too_old",
  ]);
  assertEquals(bob.room.epochFingerprint, before);
});

Deno.test("members who are shown different commits notice with the next message or commit", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  const other = new LogServer(server.head);
  const toAlice = await ordered(server, alice);
  const toBob = await ordered(other, bob);
  await alice.read(toAlice);
  await bob.read(toBob);
  await carol.read(toBob);
  assertEquals(alice.room.epoch, bob.room.epoch);
  assert(alice.room.epochFingerprint !== bob.room.epochFingerprint);
  assertEquals(bob.room.epochFingerprint, carol.room.epochFingerprint);
  const [fromAlice] = await sealAll(alice, ["to whom?"]) as [Bytes];
  const [fromBob] = await sealAll(bob, ["to whom?"]) as [Bytes];
  assertEquals(kindsOf(await bob.room.receiveMessage(fromAlice)), ["forked"]);
  assertEquals(kindsOf(await alice.room.receiveMessage(fromBob)), ["forked"]);
  assertEquals(kindsOf(await carol.room.receiveMessage(fromAlice)), ["forked"]);
  const nextOfAlice = await ordered(server, alice);
  assertEquals(kindsOf(await bob.read(nextOfAlice)), ["forked"]);
});

Deno.test("an old GroupInfo leads into no epoch that anybody is in", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const old = new LogServer(server.head);
  await ordered(server, alice);
  for (const device of devices) await device.catchUp(server);
  const carol = await asking(old, secret, "carol");
  propose(old, carol);
  const { bytes } = old.log.at(-1) as Entry;
  await carol.read(old.log.at(-1) as Entry);
  const turn = bob.room.turn + 1;
  assertEquals(kindsOf(await bob.room.receiveCommit({ turn, bytes })), [
    "too_old",
  ]);
  const [sealed] = await sealAll(alice, ["not for carol"]) as [Bytes];
  const [event] = await carol.room.receiveMessage(sealed);
  assert(event?.kind === "unreadable"); // two members, one epoch number
  assertEquals(event.reason, "forked");
});

Deno.test("a log that ends before what was read is noticed", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const before = server.head.turn;
  await ordered(server, alice);
  await bob.catchUp(server);
  assertEquals(kindsOf(bob.room.settle(before)), ["forked"]);
});

Deno.test("what is sealed in one room opens in no other, and as nothing else", async () => {
  const { devices } = await roomOf("alice", "bob");
  const elsewhere = await roomOf("alice", "bob");
  const [sealed] = await sealAll(devices[0] as Device, ["hello"]) as [Bytes];
  const bob = elsewhere.devices[1] as Device;
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), ["damaged"]);
  const turn = bob.room.turn + 1;
  const here = devices[1] as Device;
  assertEquals(
    kindsOf(await here.room.receiveCommit({ turn, bytes: sealed })),
    [
      "damaged",
    ],
  );
});

Deno.test("garbage of any length is refused", async () => {
  const { devices } = await roomOf("alice", "bob");
  const bob = devices[1] as Device;
  for (const length of [0, 1, 9, 10, 22, 37, 38, 39, 300, 5000]) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    bytes.set([1, 2].slice(0, length)); // looks like a message
    assertEquals(kindsOf(await bob.room.receiveMessage(bytes)), ["damaged"]);
    const turn = bob.room.turn + 1;
    assertEquals(kindsOf(await bob.room.receiveCommit({ turn, bytes })), [
      "damaged",
    ]);
  }
});

Deno.test("members who are shown the same log read the same, whatever else is shown", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  await say(server, alice, "one");
  await ordered(server, bob);
  await bob.catchUp(server);
  await say(server, bob, "two");
  const junk = crypto.getRandomValues(new Uint8Array(300));
  for (const entry of server.log.slice(carol.at)) {
    await carol.room.receiveMessage(junk);
    await carol.read(entry);
    const again = kindsOf(await carol.read(entry));
    assertEquals(again, entry.kind === "commit" ? [] : ["replayed"]);
  }
  assertEquals(textsOf(carol.events), ["alice: one", "bob: two"]);
  assertEquals(carol.room.epochFingerprint, bob.room.epochFingerprint);
});
