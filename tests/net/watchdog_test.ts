import type { ChatError } from "../../lib/errors.ts";
import {
  Liveness,
  patienceFor,
  Watchdog,
  type Watched,
} from "../../lib/net/watchdog.ts";
import { assertEquals } from "../support/assert.ts";

const PATIENCE = { pingAfter: 20, idle: 60, stalled: 30, control: 10 };
const quiet = {
  received: 1,
  control: 0,
  reading: true,
  written: 1,
  writing: false,
};
const stuck = { ...quiet, written: 5, writing: true };

Deno.test("Liveness.judge() asks a silent peer once, then gives it up", () => {
  const liveness = new Liveness(PATIENCE);
  const verdicts = [0, 19, 20, 21, 59, 60].map((now) =>
    liveness.judge(quiet, now)
  );
  assertEquals(verdicts, ["fine", "fine", "ping", "fine", "fine", "idle"]);
});

Deno.test("Liveness.judge() starts anew when something was received", () => {
  const liveness = new Liveness(PATIENCE);
  liveness.judge(quiet, 0);
  assertEquals(liveness.judge(quiet, 20), "ping");
  assertEquals(liveness.judge({ ...quiet, received: 2 }, 59), "fine");
  assertEquals(liveness.judge({ ...quiet, received: 2 }, 79), "ping");
});

Deno.test("Liveness.judge() gives up a peer that reads nothing, even if it talks", () => {
  const liveness = new Liveness(PATIENCE);
  liveness.judge({ ...stuck, received: 1 }, 0);
  assertEquals(
    liveness.judge({ ...stuck, received: 9 }, 29),
    "fine",
  );
  assertEquals(
    liveness.judge({ ...stuck, received: 10 }, 30),
    "stalled",
  );
});

Deno.test("Liveness.judge() takes each written record for progress", () => {
  const liveness = new Liveness(PATIENCE);
  liveness.judge({ ...stuck, received: 1 }, 0);
  liveness.judge({ ...stuck, received: 2, written: 6 }, 29);
  assertEquals(
    liveness.judge({ ...stuck, received: 3, written: 6 }, 40),
    "fine",
  );
});

Deno.test("Liveness.judge() gives up a peer that floods us with pings", () => {
  const liveness = new Liveness(PATIENCE);
  assertEquals(liveness.judge({ ...quiet, control: 10 }, 0), "fine");
  assertEquals(liveness.judge({ ...quiet, control: 20 }, 1), "fine");
  assertEquals(liveness.judge({ ...quiet, control: 31 }, 2), "flooding");
});

Deno.test("Liveness.judge() blames no peer for what we have not read", () => {
  const liveness = new Liveness(PATIENCE);
  liveness.judge(quiet, 0);
  assertEquals(liveness.judge({ ...quiet, reading: false }, 100), "fine");
  assertEquals(liveness.judge(quiet, 110), "fine");
  assertEquals(liveness.judge(quiet, 160), "idle");
});

Deno.test("patienceFor() asks a server for a sign of life in time, but not all the time", () => {
  assertEquals(patienceFor(60_000).pingAfter, 20_000);
  assertEquals(patienceFor(9_000).pingAfter, 3_000);
  assertEquals(patienceFor(0).pingAfter, 1_000);
  assertEquals(patienceFor(4_294_967_295).pingAfter, 20_000);
});

Deno.test("Watchdog.look() pings and aborts with the code that fits", () => {
  using watchdog = new Watchdog({
    pingAfter: 1e6,
    idle: 3e6,
    stalled: 2e6,
    control: 10,
  });
  const seen: string[] = [];
  const peer = (name: string, writing: boolean): Watched => ({
    progress: { ...quiet, writing },
    ping: () => void seen.push(`${name} ping`),
    abort: (reason: ChatError) => void seen.push(`${name} ${reason.code}`),
  });
  const gone = peer("gone", false);
  watchdog.watch(peer("quiet", false));
  watchdog.watch(peer("stuck", true));
  watchdog.watch(gone);
  watchdog.unwatch(gone);
  for (const now of [0, 1e6, 2e6, 3e6]) watchdog.look(now);
  assertEquals(seen, [
    "quiet ping",
    "stuck ping",
    "stuck CHAT_TOO_SLOW",
    "quiet CHAT_IDLE",
    "stuck CHAT_TOO_SLOW",
  ]);
});
