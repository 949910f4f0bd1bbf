import {
  listenForStatus,
  MAX_STATUS_CONNECTIONS,
  STATUS_TIMEOUT_MS,
  type StatusListener,
  type StatusOptions,
} from "../../lib/net/status_listener.ts";
import { MAX_REQUEST_BYTES } from "../../lib/net/status_request.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { Deadline } from "../support/deadline.ts";
import { assertRefuses } from "../support/refusal.ts";

/** A listener on a free port of loopback, unless told otherwise. */
function listening(options: Partial<StatusOptions> = {}): StatusListener {
  return listenForStatus({
    host: "127.0.0.1",
    port: 0,
    anywhere: false,
    metrics: () => Promise.resolve("chat_up 1\n"),
    metricsType: "text/plain; version=0.0.4; charset=utf-8",
    health: () => "serving",
    onDelay: () => {},
    ...options,
  });
}

const HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Sends bytes and reads to the end. */
async function send(port: number, request: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(request));
  return await new Response(readable(conn)).text();
}

/** What a connection receives, without owning it. */
function readable(conn: Deno.TcpConn): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const buffer = new Uint8Array(4096);
      const count = await conn.read(buffer);
      if (count === null) controller.close();
      else controller.enqueue(buffer.subarray(0, count));
    },
  });
}

async function fetchText(
  { port }: StatusListener,
  path: string,
): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const { status, headers } = response;
  return {
    status,
    type: headers.get("content-type"),
    text: await response.text(),
  };
}

Deno.test("listenForStatus() answers /metrics with what it is given", async () => {
  await using listener = listening();
  assertEquals(await fetchText(listener, "/metrics"), {
    status: 200,
    type: "text/plain; version=0.0.4; charset=utf-8",
    text: "chat_up 1\n",
  });
});

Deno.test("listenForStatus() answers /health with 200 only while serving", async () => {
  let state = "serving";
  await using listener = listening({ health: () => state });
  const expected = [["serving", 200], ["draining", 503], ["store_failed", 503]];
  for (const [name, status] of expected) {
    state = String(name);
    const answer = await fetchText(listener, "/health");
    assertEquals([answer.status, answer.type], [status, "application/json"]);
    assertEquals(JSON.parse(answer.text), { status: name });
  }
});

Deno.test("listenForStatus() knows no other paths, and sends no body for HEAD", async () => {
  await using listener = listening();
  for (
    const path of ["/", "/metrics/", "/metrics?x=1", "/health/../metrics/x"]
  ) {
    assertEquals((await fetchText(listener, path)).status, 404, path);
  }
  const request = "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const answer = await send(listener.port, request);
  assertMatch(
    answer,
    /^HTTP\/1\.1 200 OK\r\n.*Content-Length: 10\r\n.*\r\n\r\n$/s,
  );
});

Deno.test("listenForStatus() refuses another Host, and says which methods there are", async () => {
  await using listener = listening();
  const answer = async (request: string): Promise<string> =>
    await send(listener.port, `${request}\r\n\r\n`);
  assertMatch(
    await answer("GET /metrics HTTP/1.1\r\nHost: evil.example"),
    /^HTTP\/1\.1 403 /,
  );
  assertMatch(
    await answer("POST /metrics HTTP/1.1\r\nHost: localhost"),
    /^HTTP\/1\.1 405 .*Allow: GET, HEAD\r\n/s,
  );
  assertMatch(await answer("\x16\x03\x01"), /^HTTP\/1\.1 400 /);
});

Deno.test("listenForStatus() reads a request in pieces, and no longer one than its limit", async () => {
  await using listener = listening();
  const start = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ";
  {
    using conn = await Deno.connect({
      port: listener.port,
      hostname: "127.0.0.1",
    });
    for (const byte of `${start}y\r\n\r\n`) {
      await conn.write(new TextEncoder().encode(byte));
    }
    assertMatch(await new Response(readable(conn)).text(), /^HTTP\/1\.1 200 /);
  }
  const fill = (length: number): string =>
    `${start}${"y".repeat(length - start.length - 4)}\r\n\r\n`;
  assertMatch(
    await send(listener.port, fill(MAX_REQUEST_BYTES)),
    /^HTTP\/1\.1 200 /,
  );
  assertMatch(
    await send(listener.port, fill(MAX_REQUEST_BYTES + 10)),
    /^HTTP\/1\.1 400 /,
  );
});

Deno.test("listenForStatus() answers 500 when there is nothing to tell, and goes on", async () => {
  let broken = true;
  const metrics = (): Promise<string> =>
    broken ? Promise.reject(new Error("secret")) : Promise.resolve("x 1\n");
  await using listener = listening({ metrics });
  const { status, text } = await fetchText(listener, "/metrics");
  assertEquals([status, text], [500, "Internal Server Error\n"]);
  broken = false;
  assertEquals((await fetchText(listener, "/metrics")).status, 200);
});

Deno.test("listenForStatus() closes a connection that says nothing for too long", async () => {
  using deadline = new Deadline(STATUS_TIMEOUT_MS);
  await using listener = listening();
  using conn = await Deno.connect({
    port: listener.port,
    hostname: "127.0.0.1",
  });
  await deadline.runOut();
  assertEquals(await conn.read(new Uint8Array(1)), null);
});

/** Opens connections, which send a request or nothing, and do not close. */
async function hold(
  { port }: StatusListener,
  { stack, count, request = "" }: {
    readonly stack: AsyncDisposableStack;
    readonly count: number;
    readonly request?: string;
  },
): Promise<Deno.TcpConn[]> {
  const connections: Deno.TcpConn[] = [];
  for (let i = 0; i < count; i++) {
    const conn = stack.use(await Deno.connect({ port, hostname: "127.0.0.1" }));
    connections.push(conn);
    await conn.write(new TextEncoder().encode(request));
  }
  return connections;
}

async function isClosed(conn: Deno.TcpConn): Promise<boolean> {
  const end = await conn.read(new Uint8Array(4096)).catch(() => null);
  return end === null;
}

Deno.test("listenForStatus() answers however many connections say nothing", async () => {
  await using listener = listening();
  await using stack = new AsyncDisposableStack();
  const count = MAX_STATUS_CONNECTIONS;
  const [oldest, next] = await hold(listener, { stack, count });
  assertEquals((await fetchText(listener, "/health")).status, 200);
  assert(oldest !== undefined && next !== undefined);
  assert(await isClosed(oldest));
  await next.write(new TextEncoder().encode(HEALTH));
  assertMatch(await new Response(readable(next)).text(), /^HTTP\/1\.1 200 /);
  await hold(listener, { stack, count });
  for (let i = 0; i < 3; i++) {
    assertEquals((await fetchText(listener, "/health")).status, 200);
  }
});

Deno.test("listenForStatus() closes those that have not asked yet before those that have", async () => {
  const answer = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const metrics = (): Promise<string> => {
    asked.resolve();
    return answer.promise;
  };
  await using listener = listening({ metrics });
  await using stack = new AsyncDisposableStack();
  const slow = fetchText(listener, "/metrics");
  await asked.promise;
  const count = 2 * MAX_STATUS_CONNECTIONS;
  await hold(listener, { stack, count });
  assertEquals((await fetchText(listener, "/health")).status, 200);
  answer.resolve("x 1\n");
  assertEquals((await slow).text, "x 1\n");
});

Deno.test("listenForStatus() closes the oldest when all have asked", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  let count = 0;
  const metrics = (): Promise<string> => {
    if (++count === MAX_STATUS_CONNECTIONS) asked.resolve();
    return answer.promise;
  };
  await using listener = listening({ metrics });
  await using stack = new AsyncDisposableStack();
  const request = HEALTH.replace("/health", "/metrics");
  const all = { stack, count: MAX_STATUS_CONNECTIONS };
  const [oldest] = await hold(listener, { ...all, request });
  await asked.promise;
  assertEquals((await fetchText(listener, "/health")).status, 200);
  answer.resolve("x 1\n"); // too late for one
  assert(oldest !== undefined && await isClosed(oldest));
});

Deno.test("listenForStatus() closes what is open when it is disposed of, twice without harm", async () => {
  const listener = listening();
  const address = { port: listener.port, hostname: "127.0.0.1" };
  using conn = await Deno.connect(address);
  await conn.write(new TextEncoder().encode("GET"));
  await fetchText(listener, "/health"); // so the first one is accepted
  await listener[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
  const rest = new TextEncoder().encode(" / HTTP/1.0\r\n\r\n");
  await conn.write(rest).catch(() => 0);
  assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
  await using again = listening({ port: address.port });
  assertEquals((await fetchText(again, "/health")).status, 200);
});

Deno.test("listenForStatus() stays on loopback unless it is told otherwise", () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org"]) {
    assertRefuses(
      "CHAT_USAGE",
      () => listening({ host }),
      "--metrics-anywhere",
    );
  }
  assertRefuses( // no address of this machine, so it tried
    "CHAT_LISTEN_FAILED",
    () => listening({ host: "192.0.2.1", anywhere: true }),
  );
});

Deno.test("listenForStatus() tells that a port is taken", async () => {
  await using listener = listening();
  assertRefuses("CHAT_LISTEN_FAILED", () => listening({ port: listener.port }));
});

Deno.test("listenForStatus() measures how late a timer is", async () => {
  using timer = new Deadline(250);
  const { promise, resolve } = Promise.withResolvers<number>();
  await using _listener = listening({ onDelay: resolve });
  await timer.runOut();
  assertEquals(await promise, 0); // it came early
});
