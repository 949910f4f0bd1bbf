// deno-lint-ignore-file no-console -- it prints where it listens
/** The real server on a history on disk, in the folder named, limits lifted. */
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
