import { connect, inspect } from "../../client.ts";
import { ADMISSION_TIMEOUT_MS } from "../../lib/member/admission.ts";
import { acceptChannel } from "../../lib/channel/accept.ts";
import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { TcpDuplex } from "../../lib/net/tcp_duplex.ts";
import { MAX_WAITING_EVENTS } from "../../lib/member/event_feed.ts";
import { serve } from "../../server.ts";
import {
  assertEquals,
  assertRejects,
  assertThrows,
} from "../support/assert.ts";
import { Deadline } from "../support/deadline.ts";
import { Follower, lineOf, served } from "../support/served.ts";

Deno.test("connect() joins a room in which everybody sees the same in the same order", async () => {
  await using room = await served();
  const [alice, bob] = [await room.join("alice"), await room.join("bob")];
  const [a, b] = [new Follower(alice), new Follower(bob)];
  await Promise.all([
    alice.say("one"),
    alice.say("two"),
    bob.say("three"),
    bob.act("waves"),
    alice.say("four"),
  ]);
  await room.server.close();
  await Promise.all([a.ended, b.ended]);
  const shown = ["said", "did", "goodbye"];
  const [seenByAlice, seenByBob] = [a, b].map(({ events }) =>
    events.filter(({ kind }) => shown.includes(kind)).map(lineOf)
  ) as [string[], string[]];
  assertEquals(seenByAlice, seenByBob);
  assertEquals(seenByBob.at(-1), "bye shutdown");
  const order = seenByBob.filter((line) => line.includes("alice: "));
  assertEquals(order.map((line) => line.split(": ")[1]), [
    "one",
    "two",
    "four",
  ]);
});

Deno.test("connect() asks for a name when none was given, until one is free", async () => {
  await using room = await served();
  await room.join("alice");
  const asked: string[] = [];
  const answers = ["alice", "Alice", "\u202Ebob", "bob"];
  const bob = await room.join("", {
    name: undefined as never,
    askName: ({ why }) => {
      asked.push(why);
      return Promise.resolve(answers.shift());
    },
  });
  assertEquals(asked, ["needed", "taken", "taken", "invalid"]);
  assertEquals(bob.self.name, "bob");
});

Deno.test("connect() reports a taken name with a suggestion when nobody can be asked", async () => {
  await using room = await served();
  await room.join("alice");
  const error = await assertRejects(
    () => room.join("alice"),
    ChatError,
    "is free",
  );
  assertEquals(error.code, "CHAT_NAME_TAKEN");
});

Deno.test("connect() refuses a server that is not the pinned one", async () => {
  await using room = await served();
  const other = await generateIdentity();
  const error = await assertRejects(
    () => room.join("alice", { pins: [other.fingerprint] }),
    ChatError,
    room.server.fingerprint,
  );
  assertEquals(error.code, "CHAT_PIN_MISMATCH");
});

Deno.test("connect() refuses to trust a server when it has no pin at all", async () => {
  await using room = await served();
  const error = await assertRejects(
    () => room.join("alice", { pins: [] }),
    ChatError,
  );
  assertEquals(error.code, "CHAT_PIN_MISMATCH");
});

Deno.test("connect() gives the abort reason while the server waits for a name", async () => {
  await using room = await served();
  const stop = new AbortController();
  const reason = new Error("changed my mind");
  const error = await assertRejects(
    () =>
      room.join("", {
        name: undefined as never,
        signal: stop.signal,
        askName: () => {
          stop.abort(reason);
          return new Promise(() => {});
        },
      }),
    Error,
  );
  assertEquals(error, reason);
});

Deno.test("inspect() tells the identity a server proves, and ours not to it", async () => {
  await using room = await served();
  const found = await inspect({ host: "127.0.0.1", port: room.server.port });
  assertEquals(found.fingerprint, room.server.fingerprint);
  assertEquals(room.server.counts.established, 0);
});

Deno.test("Client.who() and whois() tell who is there by fingerprint", async () => {
  await using room = await served();
  const identity = await generateIdentity();
  const alice = await room.join("alice", { identity });
  const bob = await room.join("bob");
  assertEquals((await bob.who()).map((each) => each.name), ["alice", "bob"]);
  const found = await bob.whois("alice");
  assertEquals(found.publicKey, identity.publicKey);
  assertEquals(found.fingerprint, alice.self.fingerprint);
  const error = await assertRejects(() => bob.whois("carol"), ChatError);
  assertEquals(error.code, "CHAT_NO_SUCH_MEMBER");
});

Deno.test("Client.close() is a goodbye to the others, a lost connection is not", async () => {
  await using room = await served();
  const watcher = new Follower(await room.join("watcher"));
  const alice = await room.join("alice");
  await alice.close();
  const left = await watcher.until((event) => event.kind === "left");
  assertEquals(lineOf(left), "0 - alice (quit)");
});

Deno.test("serve() refuses messages it does not carry and keeps the member", async () => {
  await using room = await served();
  const alice = await room.join("alice");
  const seen = new Follower(alice);
  for (const text of ["", "\x1b[31mred", "x".repeat(16_385)]) {
    const error = await assertRejects(() => alice.say(text), ChatError);
    assertEquals(error.code, "CHAT_MESSAGE_INVALID");
  }
  await alice.say("still here");
  await seen.said("still here");
});

Deno.test("Client.say() waits by itself when it is too fast, and keeps its order", async () => {
  await using room = await served({
    limits: { messagesPerSecond: 50, messageBurst: 10 },
  });
  const alice = await room.join("alice");
  const seen = new Follower(alice);
  const texts = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  await Promise.all(texts.map((text) => alice.say(text)));
  await seen.said("line 29");
  const said = seen.events.filter(({ kind }) => kind === "said").map(lineOf);
  assertEquals(said, texts.map((text, i) => `${i + 1} alice: ${text}`));
});

Deno.test("Client.close() ends a conversation whose events nobody looks at", async () => {
  const many = {
    messagesPerSecond: 1e6,
    messageBurst: 1e6,
    roomMessagesPerSecond: 1e6,
    roomMessageBurst: 1e6,
  };
  await using room = await served({ limits: many });
  const lazy = await room.join("lazy");
  const talker = await room.join("talker");
  new Follower(talker); // or it would stop to read as well
  for (let i = 0; i < MAX_WAITING_EVENTS + 100; i += 100) {
    await Promise.all(Array.from({ length: 100 }, () => talker.say("x")));
  }
  await lazy.close();
});

Deno.test("connect() gives up a server that does not let it in", async () => {
  using deadline = new Deadline(ADMISSION_TIMEOUT_MS);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const identity = await generateIdentity();
  const serving = listener.accept().then(async (conn) => {
    const channel = await acceptChannel(new TcpDuplex(conn), {
      identity,
      admit: () => undefined,
      limits: () => ({
        serverTime: 0,
        maxMessage: 65_530,
        idleTimeout: 60_000,
      }),
    });
    for await (const _ of channel.batches()); // takes it all and says nothing
  });
  const joining = connect({
    host: "127.0.0.1",
    port: listener.addr.port,
    identity: await generateIdentity(),
    pins: [identity.fingerprint],
    name: "alice",
  });
  const [error] = await Promise.all([
    assertRejects(() => joining, ChatError),
    deadline.runOut(),
  ]);
  assertEquals(error.code, "CHAT_TIMEOUT");
  await assertRejects(() => serving, ChatError);
});

Deno.test("serve() refuses to start with texts that no message holds", async () => {
  const identity = await generateIdentity();
  const at = { host: "127.0.0.1", port: 0, identity };
  for (
    const texts of [{ motd: "x".repeat(2_049) }, { name: "x".repeat(129) }]
  ) {
    const error = assertThrows(() => serve({ ...at, ...texts }), ChatError);
    assertEquals(error.code, "CHAT_USAGE");
  }
});
