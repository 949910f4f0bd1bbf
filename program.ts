/** Glue of the `chat` command: what it can do, and with which hands. */
import config from "./deno.json" with { type: "json" };
import type { Bytes } from "./lib/bytes.ts";
import { connect, handOver, inspect } from "./client.ts";
import type {
  App,
  BequestRequest,
  OpenSealing,
  SealingRequest,
} from "./lib/cli/app.ts";
import { backupCommand } from "./lib/cli/backup.ts";
import type { Command, Program } from "./lib/cli/command.ts";
import { connectCommand } from "./lib/cli/connect.ts";
import { exportCommand } from "./lib/cli/export.ts";
import { idCommand } from "./lib/cli/id.ts";
import { idRotateCommand } from "./lib/cli/id_rotate.ts";
import { inviteCommand } from "./lib/cli/invite.ts";
import { labCommand } from "./lib/cli/lab.ts";
import { INTERRUPTED, main } from "./lib/cli/main.ts";
import {
  pinsAddCommand,
  pinsListCommand,
  pinsRemoveCommand,
} from "./lib/cli/pins.ts";
import { processIo } from "./lib/cli/process_io.ts";
import { serveCommand } from "./lib/cli/serve.ts";
import { fingerprintBytes } from "./lib/identity/fingerprint.ts";
import type { SealedDatabase } from "./lib/member/sealed_database.ts";
import { listenForStatus } from "./lib/net/status_listener.ts";
import { LocalBox } from "./lib/sealed/local_box.ts";
import { carryOver } from "./lib/sealing/carry_over.ts";
import { makeSealing } from "./lib/sealing/make_sealing.ts";
import { MemorySealedDatabase } from "./lib/sealing/memory_sealed_database.ts";
import { StoredRooms } from "./lib/sealing/stored_rooms.ts";
import { bequeathSealed } from "./lib/store/bequeath_sealed.ts";
import { openSealedDatabase } from "./lib/store/open_sealed_database.ts";
import { rehideOutboxes } from "./lib/store/rehide_outboxes.ts";
import { serve } from "./server.ts";

const lab = labCommand();

const app: App = {
  bequeath,
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
    lab,
  ] as readonly Command[],
};

/** Opens what a device keeps of sealed rooms, and makes what seals and opens them. */
async function openSealing(
  { identity, device, directory, onDamage, name, trust }: SealingRequest,
): Promise<OpenSealing> {
  const box = await LocalBox.of(identity);
  const use = (database: SealedDatabase): StoredRooms =>
    new StoredRooms(database, { box, device });
  using resources = new DisposableStack();
  const store = resources.use(
    directory === undefined
      ? use(new MemorySealedDatabase())
      : openSealedDatabase(directory, { owner: box.owner, use, onDamage }),
  );
  const maker = await makeSealing({
    ...{ identity, store, vault: box, trust },
    sealedName: name,
  });
  resources.move();
  return { maker, [Symbol.dispose]: () => store[Symbol.dispose]() };
}

/** Seals what a device keeps of sealed rooms for the next key of its owner. */
async function bequeath(
  { directory, old, next }: BequestRequest,
): Promise<void> {
  const [from, to] = [await LocalBox.of(old), await LocalBox.of(next)];
  const former = fingerprintBytes(old.fingerprint);
  let devices: readonly Bytes[] = [];
  bequeathSealed(directory, {
    ...{ owner: from.owner, heir: to.owner },
    prepare: () => {
      devices = rehideOutboxes(directory, (hidden) => {
        const text = from.reveal(hidden);
        return text === undefined ? undefined : to.hide(text);
      });
    },
    carry: (database) => carryOver(database, { from, to, former, devices }),
  });
}

/** Runs this process as the command, and never returns. */
export async function run(): Promise<never> {
  // The executable may start processes, for the laboratory and nothing else.
  if (Deno.args[0] !== lab.name) {
    Deno.permissions.revokeSync({ name: "run" });
  }
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
