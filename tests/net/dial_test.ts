import { ChatError } from "../../lib/errors.ts";
import { dial } from "../../lib/net/dial.ts";
import { listen } from "../../lib/net/listen.ts";
import { isLoopback, isLoopbackHost } from "../../lib/net/loopback.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../support/assert.ts";

const LIMITS = {
  connections: 10,
  perAddress: 10,
  halfOpen: 10,
  halfOpenPerAddress: 10,
};

/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("dial() reports a refused connection", async () => {
  const error = await assertRejects(
    () => dial({ host: "127.0.0.1", port: freePort() }),
    ChatError,
    "connection refused",
  );
  assertEquals(error.code, "CHAT_UNREACHABLE");
});

Deno.test("dial() reports the abort reason when aborted", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  stop.abort(reason);
  const error = await assertRejects(
    () => dial({ host: "127.0.0.1", port: freePort() }, stop),
    Error,
  );
  assertEquals(error, reason);
});

Deno.test("listen() reports a port in use and what it may not listen on", () => {
  const handlers = {
    serve: () => Promise.resolve(),
    turnAway: () => Promise.resolve(),
  };
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  for (
    const [host, at, found] of [
      ["127.0.0.1", port, "the port is in use"],
      ["192.0.2.1", 0, "not permitted"], // by the permissions of the tests
    ] as const
  ) {
    const error = assertThrows(
      () => listen({ host, port: at }, LIMITS, handlers),
      ChatError,
      found,
    );
    assertEquals(error.code, "CHAT_LISTEN_FAILED");
  }
});

Deno.test("listen() counts connections, and cuts and turns away at its bounds", async () => {
  const served = Promise.withResolvers<void>();
  const turned = Promise.withResolvers<void>();
  const listening = listen({ host: "127.0.0.1", port: 0 }, {
    ...LIMITS,
    connections: 1,
  }, {
    async serve(duplex, progress): Promise<void> {
      assert(progress.establish());
      served.resolve();
      await duplex.closed;
    },
    turnAway(duplex): Promise<void> {
      duplex.close();
      turned.resolve();
      return Promise.resolve();
    },
  });
  const first = await dial(listening);
  await served.promise;
  assertEquals(listening.counts, { established: 1, halfOpen: 0 });
  const second = await dial(listening);
  await turned.promise;
  first.close();
  second.close();
  listening.stop();
  listening.stop();
});

Deno.test("isLoopback() knows addresses that never leave this machine", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(isLoopback(address), true, address);
  }
  for (
    const address of [
      "10.0.0.1",
      "1.127.0.0",
      "::",
      "fe80::1",
      "::11",
      "localhost",
    ]
  ) {
    assertEquals(isLoopback(address), false, address);
  }
  assertEquals(isLoopbackHost("localhost"), true);
  assertEquals(isLoopbackHost("0.0.0.0"), false);
});
