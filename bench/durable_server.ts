// deno-lint-ignore-file no-console -- it prints where it listens
/**
 * The real server on a history on disk, in the folder named, limits lifted. Each
 * line of its input is answered with what it uses.
 */
import { cpuUsage } from "node:process";
import { generateIdentity } from "../lib/identity/identity.ts";
import { openHistory } from "../lib/store/open_history.ts";
import { serve } from "../server.ts";
import { LIFTED_LIMITS } from "./lifted.ts";

const identity = await generateIdentity();
const { port } = serve({
  host: "127.0.0.1",
  port: 0,
  identity,
  history: openHistory(Deno.args[0] ?? ""),
  limits: LIFTED_LIMITS,
});
console.log(JSON.stringify({ port, fingerprint: identity.fingerprint }));

for await (const _ of Deno.stdin.readable) {
  const { user, system } = cpuUsage();
  const usage = { rss: Deno.memoryUsage().rss, cpu: (user + system) / 1e6 };
  console.log(JSON.stringify(usage));
}
