import { failureLog } from "../../lib/cli/failure_log.ts";
import { reachableHosts } from "../../lib/cli/reachable.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("reachableHosts() names the addresses that others can use", () => {
  const here = ["127.0.0.1", "::1", "192.0.2.5", "fe80::1", "2001:db8::7"]
    .map((address) => ({ address }));
  assertEquals(reachableHosts("192.0.2.5", here), ["192.0.2.5"]);
  assertEquals(reachableHosts("0.0.0.0", here), ["192.0.2.5"]);
  assertEquals(reachableHosts("::", here), ["192.0.2.5", "2001:db8::7"]);
  assertEquals(reachableHosts("0.0.0.0", here.slice(0, 2)), ["127.0.0.1"]);
});

Deno.test("failureLog() prints a few lines a second, counts the rest, and hides noise", () => {
  const lines: string[] = [];
  let now = 0;
  const log = failureLog({ err: (line) => void lines.push(line) }, () => now);
  const failure = { address: "192.0.2.1", message: "Cannot\x1b[31m admit" };
  log({ ...failure, code: "CHAT_CONNECTION_CUT" });
  for (let i = 0; i < 8; i++) log({ ...failure, code: "CHAT_NOT_AUTHORIZED" });
  now = 1000;
  log({ ...failure, code: "CHAT_NOT_AUTHORIZED" });
  assertEquals(lines.length, 7);
  assertEquals(lines[5], "(3 more failures)");
  assertEquals(lines.some((line) => line.includes("\x1b")), false);
});
