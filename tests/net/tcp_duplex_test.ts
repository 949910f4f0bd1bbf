import { ChatError } from "../../lib/errors.ts";
import { TcpDuplex } from "../../lib/net/tcp_duplex.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

/** Both ends of a loopback connection, closed afterwards. */
async function pair(): Promise<
  AsyncDisposable & { near: TcpDuplex; far: Deno.TcpConn }
> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [near, far] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  const duplex = new TcpDuplex(near);
  return {
    near: duplex,
    far,
    [Symbol.asyncDispose](): Promise<void> {
      duplex.close();
      try {
        far.close();
      } catch {
        // The test closed it.
      }
      return Promise.resolve();
    },
  };
}

Deno.test("TcpDuplex.write() writes all of more than the system takes at once", async () => {
  await using ends = await pair();
  const bytes = new Uint8Array(8 * 1024 * 1024).map((_, i) => i * 31);
  const written = ends.near.write(bytes);
  let at = 0;
  const buffer = new Uint8Array(65_536);
  while (at < bytes.length) {
    const count = await ends.far.read(buffer);
    assert(count !== null);
    assertEquals(buffer[0], bytes[at]);
    at += count;
  }
  await written;
});

Deno.test("TcpDuplex.read() says null at the end of the stream", async () => {
  await using ends = await pair();
  await ends.far.closeWrite();
  assertEquals(await ends.near.read(new Uint8Array(1)), null);
});

Deno.test("TcpDuplex.read() fails with the reason it was closed for", async () => {
  await using ends = await pair();
  const pending = ends.near.read(new Uint8Array(1));
  const reason = new ChatError("CHAT_IDLE", "Cannot stay: idle");
  ends.near.close(reason);
  ends.near.close(new ChatError("CHAT_BUSY", "Cannot stay: later reason"));
  const error = await assertRejects(() => pending, ChatError);
  assertEquals(error, reason);
  await ends.near.closed;
});

Deno.test("TcpDuplex.read() reports a reset as a cut connection", async () => {
  await using ends = await pair();
  // Closing with unread bytes makes the system send a reset.
  await ends.near.write(new Uint8Array(10));
  await ends.far.read(new Uint8Array(1));
  ends.far.close();
  const error = await assertRejects(async () => {
    const end = await ends.near.read(new Uint8Array(1));
    assert(end !== null, "the reset came as an end of stream");
  }, Error);
  if (error instanceof ChatError) {
    assertEquals(error.code, "CHAT_CONNECTION_CUT");
  }
});

Deno.test("TcpDuplex.write() fails with a code after close", async () => {
  await using ends = await pair();
  ends.near.close();
  const error = await assertRejects(
    () => ends.near.write(new Uint8Array(1)),
    ChatError,
  );
  assertEquals(error.code, "CHAT_CONNECTION_CUT");
  await ends.near.closeWrite(); // does not throw
  ends.near.linger(); // leaves no timer behind
});

Deno.test("TcpDuplex.linger() closes a connection whose peer never does", async () => {
  await using ends = await pair();
  ends.near.linger();
  await ends.near.closed;
});
