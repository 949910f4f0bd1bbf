import { equalBytes, utf8 } from "../../lib/bytes.ts";
import { startRelay } from "../../lib/lab/relay.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { connectTo, echo, readUpTo, TestServer } from "./tcp.ts";

Deno.test("startRelay() forwards both directions and keeps every byte", async () => {
  await using server = new TestServer(echo);
  await using relay = startRelay(server.address);
  using conn = await connectTo(relay.port);
  await conn.write(utf8("hello"));
  assertEquals(await readUpTo(conn, 5), utf8("hello"));
  await conn.closeWrite();
  assertEquals(await readUpTo(conn, 1), new Uint8Array());

  const [recording] = relay.recordings;
  assert(recording !== undefined);
  await recording.ended;
  assertEquals(recording.hasEnded, true);
  assertEquals(recording.stream("up"), utf8("hello"));
  assertEquals(recording.stream("down"), utf8("hello"));
  assertEquals(recording.stream("down", 2), utf8("llo"));
  assertEquals(recording.size("up"), 5);
  assertEquals(recording.captures[0]?.direction, "up");
  assert(recording.captures.every(({ at }) => at >= 0));
});

Deno.test("startRelay() forwards an end of one direction and keeps the other", async () => {
  await using server = new TestServer(async (conn) => {
    const request = await readUpTo(conn, 100); // until the end
    await conn.write(request);
  });
  await using relay = startRelay(server.address);
  using conn = await connectTo(relay.port);
  await conn.write(utf8("late"));
  await conn.closeWrite();
  assertEquals(await readUpTo(conn, 100), utf8("late"));
});

Deno.test("startRelay() keeps connections apart, in the order they came", async () => {
  await using server = new TestServer(echo);
  await using relay = startRelay(server.address);
  for (const word of ["first", "other"]) {
    using conn = await connectTo(relay.port);
    await conn.write(utf8(word));
    assertEquals(await readUpTo(conn, 5), utf8(word));
  }
  const seen = relay.recordings.map((recording) => recording.stream("up"));
  assertEquals(seen, [utf8("first"), utf8("other")]);
});

Deno.test("startRelay() forwards what is more than fits into a socket", async () => {
  const sent = crypto.getRandomValues(new Uint8Array(65_536));
  const rounds = 256; // 16 MiB
  await using server = new TestServer(async (conn) => {
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < sent.length;) {
        at += await conn.write(sent.subarray(at));
      }
    }
  });
  await using relay = startRelay(server.address);
  using conn = await connectTo(relay.port);
  let seen = -1; // until nothing moves, because nobody reads
  for (let idle = 0; idle < 20; idle++) {
    await new Promise((resolve) => setTimeout(resolve));
    const now = relay.recordings[0]?.size("down") ?? 0;
    if (now !== seen) idle = 0;
    seen = now;
  }
  for (let round = 0; round < rounds; round++) {
    assert(equalBytes(await readUpTo(conn, sent.length), sent));
  }
  assertEquals(await readUpTo(conn, 1), new Uint8Array());
});

Deno.test("startRelay() hangs up when nobody answers behind it", async () => {
  const gone = new TestServer(echo);
  const { address } = gone;
  await gone[Symbol.asyncDispose]();
  await using relay = startRelay(address);
  using conn = await connectTo(relay.port);
  assertEquals(await readUpTo(conn, 1), new Uint8Array());
  await relay.recordings[0]?.ended;
  assertEquals(relay.recordings[0]?.captures, []);
});

Deno.test("Relay.lead() sends who comes from then on elsewhere, or nowhere", async () => {
  await using first = new TestServer((conn) => say(conn, "first"));
  await using other = new TestServer((conn) => say(conn, "other"));
  await using relay = startRelay(first.address);
  using stays = await connectTo(relay.port);
  assertEquals(await readUpTo(stays, 5), utf8("first"));
  relay.lead(undefined);
  using nobody = await connectTo(relay.port);
  assertEquals(await readUpTo(nobody, 5), new Uint8Array());
  relay.lead(other.address);
  using late = await connectTo(relay.port);
  assertEquals(await readUpTo(late, 5), utf8("other"));
  await stays.write(utf8("over"));
  assertEquals(await readUpTo(stays, 4), utf8("over"));
});

Deno.test("startRelay() hangs up rather than forward what it cannot keep", async () => {
  await using server = new TestServer(echo);
  await using relay = startRelay(server.address, { limit: 7 });
  using conn = await connectTo(relay.port);
  await conn.write(utf8("1234")); // comes back: 8 bytes
  const answer = await readUpTo(conn, 100).catch(() => new Uint8Array());
  assertEquals(answer, new Uint8Array());
  await relay.recordings[0]?.ended;
  assertEquals(relay.recordings[0]?.size("down"), 0);
});

Deno.test("startRelay() does not spin while nothing can be accepted", async () => {
  const listen = Deno.listen;
  let tries = 0;
  const { promise: closed, reject } = Promise.withResolvers<never>();
  closed.catch(() => {});
  const full = {
    addr: { port: 1 },
    accept: () => ++tries < 1000 ? Promise.reject(new Error("full")) : closed,
    close: () => reject(new Error("closed")),
  };
  Deno.listen = (() => full) as unknown as typeof Deno.listen;
  try {
    await using _relay = startRelay({ host: "127.0.0.1", port: 1 });
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(tries, 1);
  } finally {
    Deno.listen = listen;
  }
});

Deno.test("Relay.close() cuts what is open, and can be repeated", async () => {
  await using server = new TestServer(echo);
  const relay = startRelay(server.address);
  using conn = await connectTo(relay.port);
  await conn.write(utf8("x"));
  await readUpTo(conn, 1);
  await relay.close();
  await relay.close();
  const rest = await readUpTo(conn, 1).catch(() => new Uint8Array());
  assertEquals(rest, new Uint8Array());
  assertEquals(relay.recordings[0]?.hasEnded, true);
});

/** Greets, then repeats what it is told. */
async function say(conn: Deno.TcpConn, greeting: string): Promise<void> {
  await conn.write(utf8(greeting));
  await echo(conn);
}
