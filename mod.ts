/**
 * Private chat rooms without accounts, without a certificate authority and
 * without trusting the network. Run as a program this is the `chat` command;
 * as a library it serves and joins rooms:
 *
 * ```ts
 * import { connect, generateIdentity, parseFingerprint } from "./mod.ts";
 * ```
 *
 * @module
 */
import config from "./deno.json" with { type: "json" };
import { connect, inspect } from "./client.ts";
import type { App } from "./lib/cli/app.ts";
import type { Command, Program } from "./lib/cli/command.ts";
import { connectCommand } from "./lib/cli/connect.ts";
import { idCommand } from "./lib/cli/id.ts";
import { main } from "./lib/cli/main.ts";
import {
  pinsAddCommand,
  pinsListCommand,
  pinsRemoveCommand,
} from "./lib/cli/pins.ts";
import { processIo } from "./lib/cli/process_io.ts";
import { serveCommand } from "./lib/cli/serve.ts";
import { serve } from "./server.ts";

export {
  type Client,
  connect,
  type ConnectOptions,
  inspect,
} from "./client.ts";
export { ChatError, type ErrorCode, ERRORS } from "./lib/errors.ts";
export {
  type AuthorizedKeys,
  parseAuthorizedKeys,
} from "./lib/identity/authorized_keys.ts";
export {
  type Fingerprint,
  fingerprintFromBytes,
  parseFingerprint,
} from "./lib/identity/fingerprint.ts";
export {
  generateIdentity,
  type Identity,
  identityFromPkcs8,
} from "./lib/identity/identity.ts";
export { Pins } from "./lib/identity/pins.ts";
export { makeLink, parseTarget } from "./lib/identity/target.ts";
export type {
  Conversation,
  ConversationEvent,
} from "./lib/room/conversation.ts";
export { serve } from "./server.ts";
export type { ServeOptions, Server } from "./serve_options.ts";

const app: App = { connect, inspect, serve };

/** What `chat` can do. */
export const program: Program = {
  version: config.version,
  commands: [
    serveCommand(app),
    connectCommand(app),
    idCommand,
    pinsListCommand,
    pinsAddCommand,
    pinsRemoveCommand,
  ] as readonly Command[],
};

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  Deno.exit(await main(Deno.args, processIo(stop.signal), program));
}
