import type { ChatError } from "../../lib/errors.ts";
import { Liveness, Watchdog, type Watched } from "../../lib/net/watchdog.ts";
import { assertEquals } from "../support/assert.ts";

const PATIENCE = { pingAfter: 20, idle: 60, stalled: 30 };
const quiet = { received: 1, written: 1, writing: false };

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
  liveness.judge({ received: 1, written: 5, writing: true }, 0);
  assertEquals(
    liveness.judge({ received: 9, written: 5, writing: true }, 29),
    "fine",
  );
  assertEquals(
    liveness.judge({ received: 10, written: 5, writing: true }, 30),
    "stalled",
  );
});

Deno.test("Liveness.judge() takes each written record for progress", () => {
  const liveness = new Liveness(PATIENCE);
  liveness.judge({ received: 1, written: 5, writing: true }, 0);
  liveness.judge({ received: 2, written: 6, writing: true }, 29);
  assertEquals(
    liveness.judge({ received: 3, written: 6, writing: true }, 40),
    "fine",
  );
});

Deno.test("Watchdog.look() pings and aborts with the code that fits", () => {
  using watchdog = new Watchdog({ pingAfter: 1e6, idle: 3e6, stalled: 2e6 });
  const seen: string[] = [];
  const peer = (name: string, writing: boolean): Watched => ({
    progress: { received: 1, written: 1, writing },
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
