import { handOver } from "../../client.ts";
import { parseAuthorizedKeys } from "../../lib/identity/authorized_keys.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { opensshPublicLine } from "../../lib/identity/openssh_public.ts";
import {
  makeSuccession,
  verifySuccession,
} from "../../lib/identity/succession.ts";
import type { Succession } from "../../lib/member/asker.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { Follower, served } from "../support/served.ts";

Deno.test("serve() announces its next key to whoever enters", async () => {
  const [identity, next] = [await generateIdentity(), await generateIdentity()];
  const succession = await makeSuccession(identity, next);
  await using home = await served({ identity, succession });
  const { promise, resolve } = Promise.withResolvers<Succession>();
  const alice = await home.join("alice", { onSuccession: resolve });
  const announced = await promise;
  const proven = await verifySuccession(alice.server.publicKey, announced);
  assertEquals(proven?.fingerprint, next.fingerprint);
  await alice.close();
});

Deno.test("handOver() gives a name to the next key, and all are told", async () => {
  await using home = await served();
  const { port, fingerprint } = home.server;
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  const alice = await home.join("alice", { identity: old });
  await alice.close();
  const bob = await home.join("bob");
  const follower = new Follower(bob);
  const where = { host: "127.0.0.1", port, pins: [fingerprint] };
  const succession = await makeSuccession(old, next);
  await handOver({ ...where, identity: old, succession });
  const renewed = await follower.until(({ kind }) => kind === "renewed");
  assert(renewed.kind === "renewed");
  assertEquals(renewed.name, "alice");
  const back = await home.join("Alice", { identity: next });
  assertEquals(back.self.name, "Alice");
  await back.close();
  await assertRefusesLater(
    "CHAT_BANNED",
    () => home.join("alice", { identity: old, reconnect: false }),
    "replaced",
  );
  await assertRefusesLater(
    "CHAT_NO_SUCH_MEMBER",
    () => handOver({ ...where, identity: old, succession }),
  );
  await bob.close();
});

Deno.test("handOver() is refused unless both keys have signed", async () => {
  await using home = await served();
  const { port, fingerprint } = home.server;
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  const alice = await home.join("alice", { identity: old });
  await alice.close();
  const where = { host: "127.0.0.1", port, pins: [fingerprint] };
  const good = await makeSuccession(old, next);
  for (
    const succession of [
      { ...good, consent: good.signature },
      { ...good, signature: good.consent },
      await makeSuccession(next, old),
    ]
  ) {
    await assertRefusesLater(
      "CHAT_PROTOCOL",
      () => handOver({ ...where, identity: old, succession }),
    );
  }
  const back = await home.join("alice", { identity: old });
  assertEquals(back.self.name, "alice");
  await back.close();
});

Deno.test("handOver() takes a place on the list of a closed server along", async () => {
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  const line = opensshPublicLine(old.publicKey, "alice");
  await using home = await served({ authorized: parseAuthorizedKeys(line) });
  const { port, fingerprint } = home.server;
  const where = { host: "127.0.0.1", port, pins: [fingerprint] };
  await assertRefusesLater(
    "CHAT_NOT_AUTHORIZED",
    () => home.join("alice", { identity: next }),
  );
  const succession = await makeSuccession(old, next);
  await handOver({ ...where, identity: old, succession });
  const alice = await home.join("alice", { identity: next });
  home.server.authorize(parseAuthorizedKeys(line)); // the same list again
  assertEquals((await alice.who()).length, 1);
  await alice.close();
});

Deno.test("handOver() aborts with the reason of its signal", async () => {
  await using home = await served();
  const { port, fingerprint } = home.server;
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  const succession = await makeSuccession(old, next);
  const where = { host: "127.0.0.1", port, pins: [fingerprint] };
  const signal = AbortSignal.abort(new Error("enough"));
  let seen: unknown;
  try {
    await handOver({ ...where, identity: old, succession, signal });
  } catch (error) {
    seen = error;
  }
  assertEquals(seen, signal.reason);
});

Deno.test("serve() lets its console be who it was with the key before", async () => {
  using history = new MemoryHistory({ keepLast: 100 });
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  {
    await using home = await served({ identity: old, history });
    await (await home.server.console("boss")).close();
  }
  const predecessor = old.fingerprint;
  await using home = await served({ identity: next, history, predecessor });
  const console = await home.server.console("boss");
  assertEquals(console.self.name, "boss");
  await console.close();
});

Deno.test("handOver() on an open server is no place on a list that comes later", async () => {
  await using home = await served();
  const { port, fingerprint } = home.server;
  const where = { host: "127.0.0.1", port, pins: [fingerprint] };
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  await (await home.join("alice", { identity: old })).close();
  const succession = await makeSuccession(old, next);
  await handOver({ ...where, identity: old, succession });
  const line = opensshPublicLine(old.publicKey, "alice");
  home.server.authorize(parseAuthorizedKeys(line));
  await assertRefusesLater(
    "CHAT_NOT_AUTHORIZED",
    () => home.join("alice", { identity: next }),
  );
});
