import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  assertEquals,
  assertRejects,
  assertThrows,
} from "../support/assert.ts";
import { Follower, lineOf, served } from "../support/served.ts";
import { developmentIdentity } from "../support/development.ts";
import { serve } from "../../server.ts";
import { equalBytes } from "../../lib/bytes.ts";
import type { AccessList } from "../../lib/identity/access_list.ts";
import type { Identity } from "../../lib/identity/identity.ts";

function only(...identities: readonly Identity[]): AccessList {
  return {
    has: (key) => identities.some((each) => equalBytes(each.publicKey, key)),
  };
}

Deno.test("serve() admits authorized keys only, and tells others why", async () => {
  const [known, stranger] = [
    await generateIdentity(),
    await generateIdentity(),
  ];
  await using room = await served({ authorized: only(known) });
  await room.join("alice", { identity: known });
  const error = await assertRejects(
    () => room.join("mallory", { identity: stranger }),
    ChatError,
    "not among the authorized",
  );
  assertEquals(error.code, "CHAT_NOT_AUTHORIZED");
  assertEquals(room.failures.map(({ code }) => code), ["CHAT_NOT_AUTHORIZED"]);
});

Deno.test("Server.authorize() shows out who is no longer on the list", async () => {
  const [stays, goes] = [await generateIdentity(), await generateIdentity()];
  await using room = await served({ authorized: only(stays, goes) });
  const alice = new Follower(await room.join("alice", { identity: stays }));
  const bob = new Follower(await room.join("bob", { identity: goes }));
  room.server.authorize(only(stays));
  assertEquals((await bob.ended)?.code, "CHAT_NOT_AUTHORIZED");
  assertEquals(bob.events.map(lineOf).includes("bye removed"), true);
  const left = await alice.until((event) => event.kind === "left");
  assertEquals(lineOf(left), "0 - bob (removed)");
});

Deno.test("Server.console() talks in the room and kicks by name", async () => {
  await using room = await served();
  const operator = await room.server.console("operator");
  const watching = new Follower(operator);
  const alice = await room.join("alice");
  const seen = new Follower(alice);
  await operator.say("welcome");
  await seen.said("welcome");
  await alice.say("thanks");
  await watching.said("thanks");
  assertEquals((await operator.who()).map(({ name }) => name), [
    "operator",
    "alice",
  ]);
  await operator.moderate("kick", "alice");
  assertEquals((await seen.ended)?.code, "CHAT_KICKED");
  const error = await assertRejects(
    () => operator.moderate("kick", "nobody-here"),
    ChatError,
  );
  assertEquals(error.code, "CHAT_NO_SUCH_MEMBER");
  await operator.close();
  const shown = ["joined", "left", "said"];
  assertEquals(
    watching.events.filter(({ kind }) => shown.includes(kind)).map(lineOf),
    [
      "0 + alice",
      "1 operator: welcome",
      "2 alice: thanks",
      "2 - alice (kicked)",
    ],
  );
});

Deno.test("Server.console() refuses a name that a member has", async () => {
  await using room = await served();
  await room.join("alice");
  const error = await assertRejects(
    () => room.server.console("alice"),
    ChatError,
  );
  assertEquals(error.code, "CHAT_NAME_TAKEN");
});

Deno.test("serve() accepts development identities on loopback", async () => {
  const [server, alice] = [
    await developmentIdentity("server.pem"),
    await developmentIdentity("alice.pem"),
  ];
  await using room = await served({ identity: server });
  await room.join("alice", { identity: alice });
});

Deno.test("serve() refuses to show a development identity to other machines", async () => {
  const identity = await developmentIdentity("server.pem");
  const error = assertThrows(
    () => serve({ host: "0.0.0.0", port: 0, identity }),
    ChatError,
  );
  assertEquals(error.code, "CHAT_DEVELOPMENT_IDENTITY");
});

Deno.test("serve() lets one identity in several times under its one name", async () => {
  await using room = await served();
  const identity = await generateIdentity();
  const first = await room.join("alice", { identity });
  const second = await room.join("other", { identity });
  assertEquals(second.self.name, "alice");
  assertEquals((await first.who()).length, 1);
});

Deno.test("serve() tells an address that has too many connections", async () => {
  await using room = await served({ limits: { perAddress: 2 } });
  await room.join("a");
  await room.join("b");
  const error = await assertRejects(() => room.join("c"), ChatError);
  assertEquals(error.code, "CHAT_FULL");
});

Deno.test("serve() turns away what goes beyond all its connections", async () => {
  await using room = await served({ limits: { connections: 1 } });
  await room.join("a");
  const error = await assertRejects(() => room.join("b"), ChatError);
  assertEquals(error.code, "CHAT_BUSY");
});

Deno.test("serve() frees the place of whoever leaves", async () => {
  await using room = await served({ limits: { connections: 1 } });
  const watching = new Follower(await room.server.console("operator"));
  const identity = await generateIdentity();
  for (let i = 1; i <= 3; i++) {
    const alice = await room.join("alice", { identity });
    await alice.close();
    const left = (): number =>
      watching.events.filter(({ kind }) => kind === "left").length;
    await watching.until(() => left() === i);
  }
});

Deno.test("serve() shows out who left the list while READY was on its way", async () => {
  let asked = 0;
  await using room = await served({ authorized: { has: () => asked++ === 0 } });
  const error = await assertRejects(() => room.join("alice"), ChatError);
  assertEquals(error.code, "CHAT_NOT_AUTHORIZED");
});

Deno.test("serve() ends a session that chooses no name in time", async () => {
  await using room = await served({ limits: { enterTimeout: 1 } });
  const error = await assertRejects(
    () =>
      room.join("", {
        name: undefined as never,
        askName: () => new Promise(() => {}),
      }),
    ChatError,
    "you chose no name",
  );
  assertEquals(error.code, "CHAT_IDLE");
});

Deno.test("Server.close() does not wait for connections that have proven nothing", async () => {
  const cut = Promise.withResolvers<string>();
  const room = await served({ onFailure: ({ code }) => cut.resolve(code) });
  const { port } = room.server;
  using silent = await Deno.connect({ hostname: "127.0.0.1", port });
  while (room.server.counts.halfOpen === 0) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await room.server.close();
  assertEquals(await silent.read(new Uint8Array(1)), null);
  assertEquals(await cut.promise, "CHAT_TIMEOUT");
});
