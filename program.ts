/** Glue of the `chat` command: what it can do, and with which hands. */
import config from "./deno.json" with { type: "json" };
import { connect, handOver, inspect } from "./client.ts";
import type { App, OpenSealing } from "./lib/cli/app.ts";
import { backupCommand } from "./lib/cli/backup.ts";
import type { Command, Program } from "./lib/cli/command.ts";
import { connectCommand } from "./lib/cli/connect.ts";
import { exportCommand } from "./lib/cli/export.ts";
import { idCommand } from "./lib/cli/id.ts";
import { idRotateCommand } from "./lib/cli/id_rotate.ts";
import { inviteCommand } from "./lib/cli/invite.ts";
import { INTERRUPTED, main } from "./lib/cli/main.ts";
import {
  pinsAddCommand,
  pinsListCommand,
  pinsRemoveCommand,
} from "./lib/cli/pins.ts";
import { processIo } from "./lib/cli/process_io.ts";
import { serveCommand } from "./lib/cli/serve.ts";
import { NoSealing } from "./lib/member/no_sealing.ts";
import { listenForStatus } from "./lib/net/status_listener.ts";
import { serve } from "./server.ts";

const app: App = {
  connect,
  handOver,
  inspect,
  serve,
  status: listenForStatus,
  openSealing,
};

/** What `chat` can do. */
export const program: Program = {
  version: config.version,
  commands: [
    serveCommand(app),
    connectCommand(app),
    idCommand,
    idRotateCommand,
    pinsListCommand,
    pinsAddCommand,
    pinsRemoveCommand,
    inviteCommand,
    backupCommand,
    exportCommand,
  ] as readonly Command[],
};

/** Opens what a device keeps of sealed rooms, and makes what reads and writes them. */
function openSealing(): Promise<OpenSealing> {
  return Promise.resolve({
    maker: (host) => new NoSealing(host),
    [Symbol.dispose]: (): void => {},
  });
}

/** Runs this process as the command, and never returns. */
export async function run(): Promise<never> {
  const stop = new AbortController();
  const second = Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM";
  for (const signal of ["SIGINT", second] as const) {
    Deno.addSignalListener(signal, () => {
      if (stop.signal.aborted) Deno.exit(INTERRUPTED); // asked a second time
      stop.abort();
    });
  }
  Deno.exit(await main(Deno.args, processIo(stop.signal), program));
}
