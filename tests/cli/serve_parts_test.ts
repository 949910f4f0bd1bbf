import { AuthorizedWatch } from "../../lib/cli/authorized_file.ts";
import { failureLog } from "../../lib/cli/failure_log.ts";
import { reachableHosts } from "../../lib/cli/reachable.ts";
import { assertEquals } from "../support/assert.ts";
import { certificate, temporaryHome } from "../support/program.ts";

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

Deno.test("AuthorizedWatch.look() tells of changes, and keeps quiet without one", async () => {
  await using home = await temporaryHome();
  const path = `${home.path}/authorized_keys`;
  const bob = await Deno.readTextFile(certificate("bob.pub"));
  await Deno.writeTextFile(path, bob, { mode: 0o600 });
  const seen: string[] = [];
  using watch = new AuthorizedWatch(path, {
    onChange: ({ entries }) => void seen.push(`${entries.length} keys`),
    onError: ({ code }) => void seen.push(code),
  });
  await watch.look();
  assertEquals(seen, []);
  await Deno.writeTextFile(path, "");
  await Promise.all([watch.look(), watch.look()]);
  await Deno.writeTextFile(path, "damaged line\n");
  await watch.look();
  await Deno.remove(path);
  await watch.look();
  await watch.look();
  await Deno.writeTextFile(path, bob, { mode: 0o600 });
  await Deno.chmod(path, 0o666);
  await watch.look();
  await Deno.chmod(path, 0o600);
  await watch.look();
  assertEquals(seen, [
    "0 keys",
    "CHAT_AUTHORIZED_DAMAGED",
    "CHAT_FILE",
    "CHAT_FILE",
    "1 keys",
  ]);
});
