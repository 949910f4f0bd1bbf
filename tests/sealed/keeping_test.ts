import { utf8 } from "../../lib/bytes.ts";
import { MAX_CHANGES } from "../../lib/sealed/limits.ts";
import { SealedRoom } from "../../lib/sealed/sealed_room.ts";
import { decodeWholeState } from "../../lib/sealed/state_codec.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { attackerOf } from "./attacker.ts";
import {
  type Device,
  kindsOf,
  propose,
  roomOf,
  say,
  textsOf,
} from "./support.ts";

Deno.test("SealedRoom.seal() gives nothing to send before the state is kept", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  alice.keeper.isFull = true;
  await assertRejects(() => alice.room.seal(utf8("lost")), Error, "disk full");
  await assertRejects(
    () => alice.room.propose({ kind: "rekey" }),
    Error,
    "full",
  );
  assertEquals(alice.room.proposal, undefined);
  alice.keeper.isFull = false;
  await say(server, alice, "kept");
  assertEquals(textsOf(await bob.catchUp(server)), ["alice: kept"]);
  assertEquals(kindsOf(bob.events), ["message"]); // none is counted as missing
});

Deno.test("SealedRoom.seal() keeps the message with the state", async () => {
  const { devices: [alice] } = await roomOf("alice", "bob");
  const sealed = await alice?.room.seal(utf8("hello"));
  assertEquals(alice?.keeper.outgoing, sealed);
});

Deno.test("SealedRoom.receiveMessage() changes nothing when the state is not kept", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  await say(server, alice, "hello");
  bob.keeper.isFull = true;
  await assertRejects(() => bob.catchUp(server), Error, "disk full");
  bob.keeper.isFull = false;
  assertEquals(textsOf(await bob.catchUp(server)), ["alice: hello"]);
});

Deno.test("SealedRoom.restore() goes on after a crash at any write", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  for (let i = 0; i < 5; i++) {
    await say(server, alice, `${i}`);
    await bob.crash();
    assertEquals(textsOf(await bob.catchUp(server)), [`alice: ${i}`]);
    await say(server, bob, `re ${i}`);
    await alice.crash();
    assertEquals(textsOf(await alice.catchUp(server)), [`bob: re ${i}`]);
    await alice.room.propose({ kind: "rekey" });
    await alice.crash();
    propose(server, alice); // what was kept is sent again as it is
    await alice.catchUp(server);
  }
  await bob.catchUp(server);
  assertEquals(alice.room.epochFingerprint, bob.room.epochFingerprint);
});

Deno.test("SealedRoom.restore() is silent until all that was missed is read", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  await say(server, bob, "hello");
  await alice.crash();
  const { room } = alice;
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => room.seal(utf8("x")));
  assertEquals(kindsOf(room.settle(server.head.turn + 1)), ["commits_missing"]);
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => room.seal(utf8("x")));
  await alice.catchUp(server);
  await room.seal(utf8("x"));
});

Deno.test("SealedRoom.restore() notices an old backup by what it has sent since, and resyncs", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  const { kept } = alice.keeper;
  const { at } = alice;
  await say(server, alice, "forgotten");
  await alice.catchUp(server);
  await alice.crash(kept);
  alice.at = at;
  assertEquals(kindsOf(await alice.catchUp(server)), ["own_state_old"]);
  const { room } = alice;
  assert(room.isStale);
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => room.seal(utf8("x")));
  await alice.crash(); // it knows that still
  assert(alice.room.isStale);
  await alice.room.rejoin(server.head);
  propose(server, alice);
  // No need to settle: what this process has made is in no backup.
  for (const entry of server.log.slice(alice.at)) await alice.read(entry);
  await say(server, alice, "back");
  assertEquals(textsOf(await bob.catchUp(server)), [
    "alice: forgotten",
    "alice: back",
  ]);
});

Deno.test("SealedRoom.restore() believes who knows that an older copy was put back", async () => {
  const { server, devices: [alice] } = await roomOf("alice", "bob");
  assert(alice);
  const { identity, keeper } = alice;
  const options = { identity, keeper, isPutBack: true };
  const room = await SealedRoom.restore(keeper.kept, options);
  room.settle(server.head.turn);
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => room.seal(utf8("x")));
});

Deno.test("SealedRoom.restore() notices an old backup by its own commit", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  const { kept } = alice.keeper;
  const { at } = alice;
  await alice.room.propose({ kind: "rekey" });
  propose(server, alice);
  await alice.catchUp(server);
  await alice.crash(kept);
  alice.at = at;
  assertEquals(kindsOf(await alice.catchUp(server)), ["own_state_old"]);
  assert(alice.room.isStale);
});

Deno.test("SealedRoom.restore() of a backup with a join on its way does not seal with its keys again", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  await bob.room.rejoin(server.head);
  const { kept } = bob.keeper;
  const { at } = bob;
  propose(server, bob);
  await bob.catchUp(server);
  await say(server, bob, "sealed with those keys");
  await bob.crash(kept);
  bob.at = at;
  await bob.read(server.log[bob.at++] as never);
  assertEquals(bob.room.standing, "member");
  const { room } = bob;
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => room.seal(utf8("x")));
  await bob.catchUp(server);
  assert(bob.room.isStale);
});

Deno.test("SealedRoom.rejoin() refuses a head that is older than what we have", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  const old = server.head;
  await alice.room.propose({ kind: "rekey" });
  propose(server, alice);
  await bob.catchUp(server);
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => bob.room.rejoin(old),
    "which is over",
  );
});

Deno.test("SealedRoom writes its state whole after a bounded number of changes", async () => {
  const { devices: [alice] } = await roomOf("alice", "bob");
  assert(alice);
  for (let i = 0; i <= MAX_CHANGES; i++) await alice.room.seal(utf8("x"));
  assertEquals(alice.keeper.kept.changes.length, 0);
});

Deno.test("SealedRoom writes its state whole after a change that may be kept or not", async () => {
  const { devices: [alice] } = await roomOf("alice", "bob");
  assert(alice);
  await alice.room.seal(utf8("x"));
  alice.keeper.isFull = true;
  await assertRejects(() => alice.room.seal(utf8("x")), Error, "disk full");
  alice.keeper.isFull = false;
  await alice.room.seal(utf8("x"));
  assertEquals(alice.keeper.kept.changes.length, 0);
});

Deno.test("SealedRoom.restore() refuses a state that is cut, or has a change missing", async () => {
  const { devices } = await roomOf("alice", "bob");
  const alice = devices[0] as Device;
  await alice.room.seal(utf8("1"));
  await alice.room.seal(utf8("2"));
  const { identity, keeper } = alice;
  const { whole, changes } = keeper.kept;
  const restore = async (kept: typeof keeper.kept): Promise<void> => {
    await SealedRoom.restore(kept, { identity, keeper });
  };
  for (let length = 0; length < whole.length; length += 97) {
    const cut = { whole: whole.slice(0, length), changes };
    await assertRefusesLater("CHAT_SEAL_DAMAGED", () => restore(cut));
  }
  const gap = { whole, changes: changes.slice(1) };
  await assertRefusesLater("CHAT_SEAL_DAMAGED", () => restore(gap), "change 1");
  const version = { whole: whole.with(0, 2), changes };
  await assertRefusesLater("CHAT_SEAL_DAMAGED", () => restore(version));
});

Deno.test("SealedRoom.restore() passes over changes that the whole state has already", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  assert(alice && bob);
  await say(server, alice, "1");
  const { changes } = alice.keeper.kept;
  await alice.room.propose({ kind: "rekey" });
  propose(server, alice);
  await alice.catchUp(server);
  await say(server, alice, "2");
  const { kept } = alice.keeper;
  await alice.crash({ ...kept, changes: [...changes, ...kept.changes] });
  await alice.catchUp(server);
  await say(server, alice, "3");
  assertEquals(textsOf(await bob.catchUp(server)), [
    "alice: 1",
    "alice: 2",
    "alice: 3",
  ]);
});

Deno.test("SealedRoom keeps no private key of a place in the tree that was given up", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol", "dora");
  const [alice, bob] = devices as [Device, Device, Device, Device];
  const members = [bob.identity.publicKey];
  await alice.room.propose({ kind: "remove", members });
  propose(server, alice);
  for (const device of devices) await device.catchUp(server);
  for (const device of [alice, ...devices.slice(2)]) {
    const { group } = await attackerOf(device);
    const { ratchetTree, privatePath } = group;
    for (const at of Object.keys(privatePath.privateKeys)) {
      assert(ratchetTree[Number(at)] !== undefined, `${device.name}: ${at}`);
    }
  }
});

Deno.test("SealedRoom.proposal survives a crash with its intent", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  const members = [carol.identity.publicKey];
  await alice.room.propose({ kind: "remove", members });
  await alice.crash();
  await bob.room.propose({ kind: "rekey" });
  propose(server, bob);
  const { state } = decodeWholeState(alice.keeper.kept.whole);
  assertEquals(state.pending?.next.historicalReceiverData.size, 0);
  const [, event] = await alice.catchUp(server);
  assert(event?.kind === "lost");
  assertEquals(event.intent, { kind: "remove", members });
});
