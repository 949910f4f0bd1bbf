import { utf8 } from "../../lib/bytes.ts";
import { MAX_BODY_BYTES } from "../../lib/sealed/limits.ts";
import { SealedRoom } from "../../lib/sealed/sealed_room.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import {
  asking,
  type Device,
  founded,
  kindsOf,
  propose,
  roomOf,
  say,
  textsOf,
} from "./support.ts";

Deno.test("SealedRoom.seal() is read by all others, who know the author", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  await say(server, alice, "hello");
  for (
    const { catchUp } of [{ catchUp: () => bob.catchUp(server) }, {
      catchUp: () => carol.catchUp(server),
    }]
  ) {
    const [event] = await catchUp();
    assert(event?.kind === "message");
    assertEquals(event.from.name, "alice");
    assertEquals(event.from.fingerprint, alice.identity.fingerprint);
    assertEquals(new TextDecoder().decode(event.body), "hello");
  }
  assertEquals(kindsOf(await alice.catchUp(server)), ["echo"]);
});

Deno.test("SealedRoom.seal() tells the server nothing of what is said", async () => {
  const { devices: [alice] } = await roomOf("alice", "bob");
  const text = "the quick brown fox";
  const sealed = await alice?.room.seal(utf8(text));
  assert(!new TextDecoder("latin1").decode(sealed).includes("brown"));
  const other = await alice?.room.seal(utf8(text));
  assertEquals(sealed?.length, other?.length);
  assert(sealed?.toHex().slice(44) !== other?.toHex().slice(44));
});

Deno.test("SealedRoom.seal() refuses a body above its bound", async () => {
  const { founder } = await founded();
  await founder.room.seal(new Uint8Array(MAX_BODY_BYTES));
  await assertRefusesLater(
    "CHAT_MESSAGE_INVALID",
    () => founder.room.seal(new Uint8Array(MAX_BODY_BYTES + 1)),
  );
});

Deno.test("SealedRoom.join() is shown to all members with the fingerprint", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob");
  const carol = await asking(server, secret, "carol");
  assertEquals(carol.room.standing, "joining");
  propose(server, carol);
  assertEquals(kindsOf(await carol.catchUp(server)), ["confirmed"]);
  for (const device of devices) {
    const [event] = await device.catchUp(server);
    assert(event?.kind === "joined");
    assertEquals(event.member.name, "carol");
    assertEquals(event.member.fingerprint, carol.identity.fingerprint);
    assertEquals(device.room.epochFingerprint, carol.room.epochFingerprint);
  }
});

Deno.test("SealedRoom.join() reads nothing from before", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob");
  await say(server, devices[0] as Device, "before");
  const carol = await asking(server, secret, "carol");
  carol.at = 0;
  propose(server, carol);
  assertEquals(kindsOf(await carol.catchUp(server)), ["confirmed"]);
});

Deno.test("SealedRoom.propose() removes a member from the next message on", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  const members = [carol.identity.publicKey];
  await alice.room.propose({ kind: "remove", members });
  propose(server, alice);
  assertEquals(kindsOf(await alice.catchUp(server)), ["confirmed", "removed"]);
  await say(server, alice, "without carol");
  assertEquals(kindsOf(await bob.catchUp(server)), ["removed", "message"]);
  const [event, ...none] = await carol.catchUp(server);
  assert(event?.kind === "excluded");
  assertEquals([event.by.name, none], ["alice", []]);
  await assertRefusesLater(
    "CHAT_SEAL_OUT_OF_STEP",
    () => carol.room.seal(utf8("x")),
  );
});

Deno.test("SealedRoom.propose() refuses to remove us, or who is not there", async () => {
  const { devices: [alice], server, secret } = await roomOf("alice", "bob");
  const stranger = await asking(server, secret, "carol");
  for (const device of [alice, stranger]) {
    const members = [device?.identity.publicKey as Uint8Array<ArrayBuffer>];
    await assertRefusesLater("CHAT_NO_SUCH_MEMBER", async () => {
      await alice?.room.propose({ kind: "remove", members });
    });
  }
});

Deno.test("SealedRoom.sealLeaving() makes a removal show as leaving", async () => {
  const { server, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  server.say(await carol.room.sealLeaving());
  await carol.catchUp(server);
  assertEquals(kindsOf(await bob.catchUp(server)), ["leaving"]);
  assertEquals(kindsOf(await alice.catchUp(server)), ["leaving"]);
  const members = [carol.identity.publicKey];
  await bob.room.propose({ kind: "remove", members });
  propose(server, bob);
  assertEquals(kindsOf(await bob.catchUp(server)), ["confirmed", "left"]);
  assertEquals(kindsOf(await alice.catchUp(server)), ["left"]);
});

Deno.test("SealedRoom.receiveMessage() says of what was sealed before it had keys that it was", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob");
  const [alice] = devices as [Device, Device];
  const held = await alice.room.seal(utf8("before carol"));
  const carol = await asking(server, secret, "carol");
  propose(server, carol);
  await carol.catchUp(server);
  assertEquals(kindsOf(await carol.room.receiveMessage(held)), ["before_us"]);
});

Deno.test("SealedRoom.sealLeaving() says nothing of who came anew since", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const held = await bob.room.sealLeaving();
  await bob.room.rejoin(server.head);
  propose(server, bob);
  for (const device of devices) await device.catchUp(server);
  assertEquals(kindsOf(await alice.room.receiveMessage(held)), ["too_old"]);
});

Deno.test("SealedRoom.propose() gives everybody fresh keys", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  const before = bob?.room.epochFingerprint;
  await alice?.room.propose({ kind: "rekey" });
  await assertRefusesLater("CHAT_SEAL_BUSY", async () => {
    await alice?.room.propose({ kind: "rekey" });
  });
  propose(server, alice as Device);
  await alice?.catchUp(server);
  assertEquals(kindsOf(await bob?.catchUp(server) ?? []), ["rekeyed"]);
  assert(bob?.room.epochFingerprint !== before);
  assertEquals(bob?.room.epochFingerprint, alice?.room.epochFingerprint);
});

Deno.test("SealedRoom.receiveCommit() lets the loser of a race go on and try again", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  await alice.room.propose({ kind: "rekey" });
  await bob.room.propose({ kind: "rekey" });
  await say(server, bob, "sealed before bob knew");
  propose(server, alice);
  const lost = bob.room.proposal;
  assert(lost !== undefined && !server.propose(lost));
  assertEquals(kindsOf(await bob.catchUp(server)), ["echo", "rekeyed", "lost"]);
  assertEquals(textsOf(await alice.catchUp(server)), [
    "bob: sealed before bob knew",
  ]);
  await bob.room.propose({ kind: "rekey" });
  propose(server, bob);
  await say(server, alice, "sealed before alice knew");
  assertEquals(kindsOf(await bob.catchUp(server)), [
    "confirmed",
    "rekeyed",
    "message",
  ]);
  await alice.catchUp(server);
  assertEquals(alice.room.epochFingerprint, bob.room.epochFingerprint);
});

Deno.test("SealedRoom.receiveMessage() opens what came while our commit was on its way once only", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  await alice.room.propose({ kind: "rekey" });
  const sealed = await bob.room.seal(utf8("once"));
  assertEquals(kindsOf(await alice.room.receiveMessage(sealed)), ["message"]);
  propose(server, alice);
  await alice.catchUp(server);
  assertEquals(kindsOf(await alice.room.receiveMessage(sealed)), ["replayed"]);
});

Deno.test("SealedRoom.join() that was lost is tried again with the new head", async () => {
  const { server, secret, founder } = await founded();
  const bob = await asking(server, secret, "bob");
  const carol = await asking(server, secret, "carol");
  propose(server, bob);
  await bob.catchUp(server);
  assertEquals(kindsOf(await carol.catchUp(server)), ["lost"]);
  await carol.room.rejoin(server.head);
  propose(server, carol);
  for (const device of [founder, bob, carol]) await device.catchUp(server);
  assertEquals(carol.room.epochFingerprint, founder.room.epochFingerprint);
  assertEquals((await founder.room.members()).length, 3);
});

Deno.test("SealedRoom.rejoin() takes the current keys again and no other place", async () => {
  const { server, secret, devices } = await roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  // The disk of bob is lost; his identity is not.
  const again = await asking(server, secret, "robert", bob.identity);
  propose(server, again);
  const [confirmed] = await again.catchUp(server);
  assertEquals(confirmed?.kind, "confirmed");
  const [event] = await alice.catchUp(server);
  assert(event?.kind === "rejoined");
  assertEquals([event.before.name, event.member.name], ["bob", "robert"]);
  assertEquals(kindsOf(await bob.catchUp(server)), ["excluded"]);
  await carol.catchUp(server);
  const members = await carol.room.members();
  assertEquals(members.map(({ name }) => name).toSorted(), [
    "alice",
    "carol",
    "robert",
  ]);
});

Deno.test("SealedRoom.rejoin() counts messages anew, and late ones from before not at all", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  let late = await bob.room.seal(utf8("0"));
  for (let i = 1; i < 5; i++) late = await bob.room.seal(utf8(`${i}`));
  await bob.room.rejoin(server.head);
  propose(server, bob);
  for (const device of devices) await device.catchUp(server);
  const [event] = await alice.room.receiveMessage(late);
  assert(event?.kind === "message");
  assertEquals([event.number, event.missing, event.late], [4, 0, true]);
  await say(server, bob, "anew");
  const [next] = await alice.catchUp(server);
  assert(next?.kind === "message");
  assertEquals([next.number, next.missing, next.late], [0, 0, false]);
});

Deno.test("SealedRoom overlapping calls are carried out one after the other", async () => {
  const { server, devices: [alice, bob] } = await roomOf("alice", "bob");
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`);
  const sealed = await Promise.all(
    texts.map((text) => alice?.room.seal(utf8(text))),
  );
  for (const message of sealed) if (message) server.say(message);
  const events = await bob?.catchUp(server) ?? [];
  assertEquals(textsOf(events), texts.map((text) => `alice: ${text}`));
});

Deno.test("SealedRoom.head() is for members", async () => {
  const { server, secret } = await founded();
  const bob = await asking(server, secret, "bob");
  await assertRefusesLater("CHAT_SEAL_OUT_OF_STEP", () => bob.room.head());
});

Deno.test("SealedRoom.create() refuses a name with control characters", async () => {
  const { founder } = await founded();
  const { identity, keeper } = founder;
  const secret = founder.room.secret;
  const name = "eve\u001b[2J";
  await assertRefusesLater(
    "CHAT_NAME_INVALID",
    () => SealedRoom.create({ identity, keeper, secret, name }),
  );
});
