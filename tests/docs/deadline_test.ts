/** Times of docs/protocol.md section 10, without waiting for them. */
import { connect } from "../../client.ts";
import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../../lib/net/listen.ts";
import { serve } from "../../server.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { Deadline } from "../support/deadline.ts";

const hostname = "127.0.0.1";

Deno.test("serve() closes a connection that does not finish its handshake in time", async () => {
  using deadline = new Deadline(HANDSHAKE_TIMEOUT_MS);
  const failed = Promise.withResolvers<string>();
  await using server = serve({
    host: hostname,
    port: 0,
    identity: await generateIdentity(),
    onFailure: ({ code }) => failed.resolve(code),
  });
  using conn = await Deno.connect({ hostname, port: server.port });
  await deadline.runOut();
  assertEquals(await conn.read(new Uint8Array(1)), null);
  assertEquals(await failed.promise, "CHAT_TIMEOUT");
});

Deno.test("connect() gives up a server that does not finish its handshake in time", async () => {
  using deadline = new Deadline(HANDSHAKE_TIMEOUT_MS);
  using silent = Deno.listen({ hostname, port: 0 });
  const identity = await generateIdentity();
  const connecting = assertRejects(
    () =>
      connect({ host: hostname, port: silent.addr.port, identity, pins: [] }),
    ChatError,
  );
  using _held = await silent.accept();
  await deadline.runOut();
  assertEquals((await connecting).code, "CHAT_TIMEOUT");
});
