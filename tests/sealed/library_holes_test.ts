import { acceptAll } from "ts-mls/incomingMessageAction.js";
import {
  createApplicationMessage,
  createProposal,
} from "ts-mls/createMessage.js";
import { createCommit, joinGroupExternal } from "ts-mls/createCommit.js";
import { proposeAddExternal } from "ts-mls/externalProposal.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { equalBytes, utf8 } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { encodeBody } from "../../lib/sealed/body.ts";
import { joinExternally } from "../../lib/sealed/external_join.ts";
import { openGroupInfo } from "../../lib/sealed/group_info.ts";
import { generateLeaf } from "../../lib/sealed/leaf_node.ts";
import { makeCommit } from "../../lib/sealed/make_commit.ts";
import { leafOfKey } from "../../lib/sealed/members.ts";
import { decodeMls, encodeMls } from "../../lib/sealed/mls_codec.ts";
import { CLIENT_CONFIG, suiteOf } from "../../lib/sealed/mls_suite.ts";
import { roomContext } from "../../lib/sealed/room_context.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type Attacker, attackerOf, commitOf, sealAs } from "./attacker.ts";
import { type Device, kindsOf, roomOf, say, textsOf } from "./support.ts";

// Each of these gets through ts-mls 1.6.4 alone, or did through another version.

/** Nobody takes it, and the room goes on. */
async function assertRefused(
  devices: readonly Device[],
  bytes: Uint8Array<ArrayBuffer>,
  reason = "not_permitted",
): Promise<void> {
  for (const { room } of devices) {
    const before = room.epochFingerprint;
    const turn = room.turn + 1;
    assertEquals(kindsOf(await room.receiveCommit({ turn, bytes })), [reason]);
    assertEquals([room.epochFingerprint, room.turn], [before, turn]);
    await room.seal(utf8("not muted"));
  }
}

Deno.test("a removal carries an update path, so that who is removed reads nothing more", async () => {
  const { devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const b = await attackerOf(bob);
  const members = [bob.identity.publicKey];
  const intent = { kind: "remove", members } as const;
  const { next, commit } = await makeCommit(a.context, a.group, intent);
  const mls = decodeMls(commit);
  assert(mls?.wireformat === "mls_private_message");
  const { newState } = await processPrivateMessage(
    b.group,
    mls.privateMessage,
    emptyPskIndex,
    b.context.suite,
    acceptAll,
  );
  assertEquals(newState.groupActiveState.kind, "removedFromGroup");
  const { initSecret } = b.group.keySchedule;
  assert(!await derives(b, initSecret, next), "bob derives the next epoch");
});

Deno.test("makeCommit() gives fresh secrets to a room of one, whose path has no nodes", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const b = await attackerOf(bob);
  const { initSecret } = b.group.keySchedule;
  const remove = {
    removed: leafOfKey(a.group.ratchetTree, bob.identity.publicKey) ?? 0,
  };
  const { newState } = await createCommit(
    { state: a.group, cipherSuite: a.context.suite },
    { extraProposals: [{ proposalType: "remove", remove }] },
  );
  assert(await derives(b, initSecret, newState), "the library has changed");
  const members = [bob.identity.publicKey];
  const intent = { kind: "remove", members } as const;
  const { next } = await makeCommit(a.context, a.group, intent);
  assert(!await derives(b, initSecret, next), "bob derives the next epoch");
});

/** Whether zeros for the commit secret give the keys of `next`. */
async function derives(
  { context: { suite: { kdf } } }: Attacker,
  initSecret: Uint8Array,
  next: Attacker["group"],
): Promise<boolean> {
  const zeros = new Uint8Array(kdf.size);
  const { groupContext, keySchedule } = next;
  const secrets = await initializeEpoch(
    initSecret,
    zeros,
    groupContext,
    zeros,
    kdf,
  );
  const derived = secrets.keySchedule.epochAuthenticator;
  return equalBytes(derived, keySchedule.epochAuthenticator);
}

Deno.test("an external commit without the PSK of the room is refused", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const a = await attackerOf(devices[0] as Device);
  const mallory = await generateIdentity();
  const suite = await suiteOf(mallory);
  const { keys } = a.context;
  const { groupInfo } = await openGroupInfo(
    server.head.groupInfo,
    suite,
    keys,
    { atLeast: 0n },
  );
  const { publicKey, fingerprint } = mallory;
  const who = { publicKey, fingerprint, name: "mallory" };
  const leaf = await generateLeaf(suite, who);
  const { publicMessage } = await joinGroupExternal(
    groupInfo,
    leaf.publicPackage,
    leaf.privatePackage,
    false,
    suite,
    undefined,
    CLIENT_CONFIG,
  );
  const mls = encodeMls({ wireformat: "mls_public_message", publicMessage });
  await assertRefused(devices, await sealAs(a, "commit", mls));
});

Deno.test("an outsider's proposal is refused and mutes nobody", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const a = await attackerOf(devices[0] as Device);
  const mallory = await generateIdentity();
  const suite = await suiteOf(mallory);
  const { publicKey, fingerprint } = mallory;
  const who = { publicKey, fingerprint, name: "mallory" };
  const { publicPackage, privatePackage } = await generateLeaf(suite, who);
  const { groupInfo } = await openGroupInfo(
    server.head.groupInfo,
    suite,
    a.context.keys,
    { atLeast: 0n },
  );
  const proposal = await proposeAddExternal(
    groupInfo,
    publicPackage,
    privatePackage,
    suite,
  );
  const mls = encodeMls(proposal);
  await assertRefused(devices, await sealAs(a, "commit", mls));
  const sealed = await sealAs(a, "message", mls);
  for (const { room } of devices) {
    assertEquals(kindsOf(await room.receiveMessage(sealed)), ["not_permitted"]);
    await room.seal(utf8("not muted"));
  }
});

Deno.test("a member's standalone proposal is refused and mutes nobody", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const remove = { removed: 1 };
  for (const isPublic of [false, true]) {
    const { message } = await createProposal(
      a.group,
      isPublic,
      { proposalType: "remove", remove },
      a.context.suite,
    );
    const mls = encodeMls(message);
    await assertRefused([bob], await sealAs(a, "commit", mls));
    const sealed = await sealAs(a, "message", mls);
    assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), [
      "not_permitted",
    ]);
  }
});

Deno.test("a member cannot add anybody, nor mix a PSK with a removal", async () => {
  const { devices } = await roomOf("alice", "bob", "carol");
  const [alice, ...others] = devices as [Device, Device, Device];
  const a = await attackerOf(alice);
  const ghost = await generateIdentity();
  const { publicPackage: keyPackage } = await generateLeaf(
    await suiteOf(ghost),
    {
      publicKey: ghost.publicKey,
      fingerprint: ghost.fingerprint,
      name: "ghost",
    },
  );
  const add = await commitOf(a, [{ proposalType: "add", add: { keyPackage } }]);
  await assertRefused(others, add);
  const extensions = await commitOf(await attackerOf(alice), [{
    proposalType: "group_context_extensions",
    groupContextExtensions: { extensions: [] },
  }]);
  await assertRefused(others, extensions);
  const mixed = await commitOf(a, [
    { proposalType: "remove", remove: { removed: 1 } },
    { proposalType: "add", add: { keyPackage } },
  ]);
  await assertRefused(others, mixed);
});

Deno.test("a member cannot become somebody else by a commit", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const leaf = leafOfKey(a.group.ratchetTree, alice.identity.publicKey) ?? 0;
  const node = a.group.ratchetTree[2 * leaf];
  assert(node?.nodeType === "leaf");
  const { publicPackage } = await generateLeaf(a.context.suite, {
    ...a.context.own,
    name: "robert",
  });
  const { credential } = publicPackage.leafNode;
  const ratchetTree = a.group.ratchetTree.slice();
  ratchetTree[2 * leaf] = { ...node, leaf: { ...node.leaf, credential } };
  const group = { ...a.group, ratchetTree };
  await assertRefused([bob], await commitOf(a, [], { group }));
});

Deno.test("a member cannot give others keys that are not those of the tree", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const { suite } = a.context;
  const lying = {
    ...suite,
    hpke: { ...suite.hpke, deriveKeyPair: () => suite.hpke.generateKeyPair() },
  };
  await assertRefused([bob], await commitOf(a, [], { suite: lying }));
});

Deno.test("who joins cannot give others keys that are not those of the tree", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob");
  const mallory = await generateIdentity();
  const context = await roomContext(secret, mallory, "mallory");
  const { keys: { psk }, own, suite } = context;
  const lying = {
    ...suite,
    hpke: { ...suite.hpke, deriveKeyPair: () => suite.hpke.generateKeyPair() },
  };
  const { groupInfo } = server.head;
  const since = { atLeast: 0n };
  const head = await openGroupInfo(groupInfo, suite, context.keys, since);
  const { commit } = await joinExternally(head, own, { suite: lying, psk });
  const a = await attackerOf(devices[0] as Device);
  await assertRefused(devices, await sealAs(a, "commit", commit));
});

Deno.test("nobody is put out by a resync that it did not sign", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const { publicKey, fingerprint } = bob.identity;
  const { suite, keys } = a.context; // it signs as alice
  const { groupInfo } = server.head;
  const head = await openGroupInfo(groupInfo, suite, keys, { atLeast: 0n });
  const who = { publicKey, fingerprint, name: "bob" };
  const { psk } = keys;
  const { commit } = await joinExternally(head, who, { suite, psk });
  await assertRefused(devices, await sealAs(a, "commit", commit), "forged");
});

Deno.test("a message is not taken for a commit, nor a commit for a message", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const { privateMessage } = await createApplicationMessage(
    a.group,
    utf8("x"),
    a.context.suite,
  );
  const wireformat = "mls_private_message";
  const message = encodeMls({ wireformat, privateMessage });
  await assertRefused([bob], await sealAs(a, "commit", message));
  const { commit } = await createCommit({
    state: a.group,
    cipherSuite: a.context.suite,
  });
  const sealed = await sealAs(a, "message", encodeMls(commit));
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), [
    "not_permitted",
  ]);
});

Deno.test("nothing carries data that is authenticated and not sealed", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const { suite } = a.context;
  const { commit } = await createCommit(
    { state: a.group, cipherSuite: suite },
    { authenticatedData: utf8("x") },
  );
  await assertRefused([bob], await sealAs(a, "commit", encodeMls(commit)));
  const { privateMessage } = await createApplicationMessage(
    a.group,
    encodeBody({ kind: "said", number: 0, bytes: utf8("x") }),
    suite,
    utf8("x"),
  );
  const wireformat = "mls_private_message";
  const mls = encodeMls({ wireformat, privateMessage });
  const sealed = await sealAs(a, "message", mls);
  assertEquals(kindsOf(await bob.room.receiveMessage(sealed)), [
    "not_permitted",
  ]);
});

Deno.test("an envelope that names another epoch than what is in it is refused", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const before = await attackerOf(alice);
  await alice.room.propose({ kind: "rekey" });
  const { proposal } = alice.room;
  assert(proposal && server.propose(proposal));
  for (const device of devices) await device.catchUp(server);
  const { group, context } = await attackerOf(alice);
  const made = await createApplicationMessage(
    group,
    encodeBody({ kind: "said", number: 0, bytes: utf8("x") }),
    context.suite,
  );
  const { privateMessage } = made;
  const wireformat = "mls_private_message";
  const mls = encodeMls({ wireformat, privateMessage });
  const sealed = await sealAs(before, "message", mls);
  const [reason] = kindsOf(await bob.room.receiveMessage(sealed));
  assertEquals(reason, "forged");
});

Deno.test("a commit that was refused stops nobody", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const junk = await sealAs(a, "commit", utf8("junk"));
  const turn = server.head.turn;
  assert(server.propose({ turn, commit: junk, groupInfo: junk }));
  for (const device of devices) {
    assertEquals(kindsOf(await device.catchUp(server)), ["not_permitted"]);
  }
  server.head = await bob.room.head(); // instead of the useless one
  await bob.room.propose({ kind: "rekey" });
  const { proposal } = bob.room;
  assert(proposal && server.propose(proposal));
  await bob.catchUp(server);
  assertEquals(kindsOf(await alice.catchUp(server)), ["rekeyed"]);
  await say(server, alice, "still here");
  assertEquals(textsOf(await bob.catchUp(server)), ["alice: still here"]);
});
