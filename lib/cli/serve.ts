import { ChatError } from "../errors.ts";
import { DEFAULT_PORT } from "../identity/address.ts";
import type { AuthorizedKeys } from "../identity/authorized_keys.ts";
import { parseFingerprint } from "../identity/fingerprint.ts";
import type { History } from "../room/history.ts";
import { announce, announceAccess, pinsOf } from "./announce.ts";
import type { App, HostedRoom } from "./app.ts";
import { AuthorizedWatch, readAuthorizedKeys } from "./authorized_file.ts";
import { type Command, defineCommand, type OptionValues } from "./command.ts";
import { isInteractive } from "./converse.ts";
import { dataOptions, openData } from "./data_options.ts";
import { converseAsHost } from "./host_console.ts";
import { identityOptions, loadIdentity } from "./identity_file.ts";
import type { Io } from "./io.ts";
import { serverLinks } from "./server_links.ts";
import { predecessorOf, preparedSuccessor } from "./rotation.ts";
import { logOptions, openLog, type ServerLog } from "./server_log.ts";
import { readStatus, statusOptions } from "./status_options.ts";

const options = {
  host: {
    kind: "value",
    placeholder: "ADDRESS",
    help: "Address of this machine to listen on",
    default: "0.0.0.0",
  },
  port: {
    kind: "number",
    placeholder: "N",
    help: "Port to listen on; 0 chooses a free one",
    min: 0,
    max: 65_535,
    default: DEFAULT_PORT,
  },
  name: {
    kind: "value",
    placeholder: "NAME",
    help: "Your own name in the room, at this console",
    default: "operator",
  },
  title: {
    kind: "value",
    placeholder: "TEXT",
    help: "Name of the server, as everyone sees it",
    default: "chat",
  },
  motd: {
    kind: "value",
    placeholder: "TEXT",
    help: "Message of the day, shown to everyone who enters",
    default: "",
  },
  authorized: {
    kind: "value",
    placeholder: "FILE",
    help: "Admit just the keys in this file (OpenSSH authorized_keys)",
  },
  quiet: { kind: "flag", help: "Serve without joining the room yourself" },
  "show-ciphertext": {
    kind: "flag",
    help:
      "Show what the server sees of each sealed message: its size and first 32 bytes in hex",
  },
  "max-connections": {
    kind: "number",
    placeholder: "N",
    help: "Connections in all",
    min: 1,
    max: 1_000_000,
    default: 4096,
  },
  "max-per-address": {
    kind: "number",
    placeholder: "N",
    help: "Connections of one address",
    min: 1,
    max: 1_000_000,
    default: 64,
  },
  rate: {
    kind: "number",
    placeholder: "N",
    help:
      "Messages per second that one identity may send for long, of 32 KiB at most in all",
    min: 1,
    max: 2_000,
    default: 10,
  },
  owner: {
    kind: "values",
    placeholder: "FINGERPRINT",
    help: "An owner of the server besides the server itself",
  },
  ...dataOptions,
  ...logOptions,
  ...statusOptions,
  ...identityOptions,
} as const;

type Options = OptionValues<typeof options>;

/** Messages that may come at once, as a multiple of the rate. */
const BURST_FACTOR = 5;

/** `chat serve` */
export function serveCommand(app: App): Command<typeof options> {
  return defineCommand({
    name: "serve",
    summary: "Open a room on this machine, and talk in it yourself",
    details: [
      "Prints its fingerprint and the line to hand out. In a terminal you are in the room, with /who, /kick NAME and /quit; with --quiet, with --log json, or without a terminal, it just serves until it is told to stop (Ctrl-C, SIGTERM).",
      "Without --authorized anybody who proves an identity may enter. The file is read again when it changes; who is no longer in it is shown out.",
      "What is said is kept in the folder of --data, for as long as --retention says; `chat backup` and `chat export` read it, also while the server runs.",
    ],
    args: [],
    options,
    run: (_args, values, io) => run(app, values, io),
  });
}

async function run(app: App, values: Options, io: Io): Promise<void> {
  // Until the console takes over the screen, remarks go to standard error.
  const screen = { err: (line: string): void => io.log(line) };
  const log = openLog(values, { err: (line) => screen.err(line) });
  const owners = values.owner.map(parseFingerprint);
  const status = await readStatus(values);
  const identity = await loadIdentity(values, io);
  const successor = await preparedSuccessor(identity, values, io);
  const predecessor = await predecessorOf(identity, values, io);
  const authorized = values.authorized === undefined
    ? undefined
    : await readAuthorizedKeys(values.authorized);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => io.flush());
  const data = cleanup.use(openData(values, io));
  const server = app.serve({
    host: values.host,
    port: values.port,
    identity,
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(successor === undefined ? {} : { succession: successor.statement }),
    name: values.title,
    motd: values.motd,
    owners,
    history: data.history,
    newcomerLines: data.newcomerLines,
    retention: data.retention,
    ...(authorized === undefined ? {} : { authorized }),
    limits: {
      connections: values["max-connections"],
      perAddress: values["max-per-address"],
      messagesPerSecond: values.rate,
      messageBurst: BURST_FACTOR * values.rate,
    },
    onFailure: (failure) => log({ kind: "connection_failed", ...failure }),
    onEvent: log,
    showCiphertext: values["show-ciphertext"],
    ...(status === undefined ? {} : { meter: status.meter }),
  });
  try {
    const { fingerprint } = identity;
    const { host, port } = server;
    // First, for it may be refused: who reads a link may hand it out at once.
    const page = status && cleanup.use(status.open(app, server));
    const keys = authorized?.entries.length ?? null;
    const identities = { fingerprint, next: successor?.fingerprint };
    announce(server, identities, io);
    announceAccess(values.authorized, keys, io);
    rememberLinks(
      data.history,
      serverLinks(server, ...pinsOf(identities)),
      log,
    );
    log({ kind: "listening", host, port, fingerprint, keys });
    if (successor !== undefined) {
      log({ kind: "next_key", fingerprint: successor.fingerprint });
    }
    if (values.authorized !== undefined && authorized !== undefined) {
      warn(values.authorized, authorized, log);
    }
    if (page !== undefined) {
      log({ kind: "status_listening", host: page.host, port: page.port });
    }
    using _watch = values.authorized === undefined
      ? undefined
      : watchAuthorized(values.authorized, server, log);
    const json = values.log === "json"; // would be written across the screen
    if (values.quiet || !isInteractive(io, { json })) {
      await aborted(io.signal);
    } else {
      await converseAsHost(server, {
        identity,
        keys: identities,
        name: values.name,
        keeps: !values["no-history"],
        onOpen: (conversation) => {
          screen.err = (line): void => conversation.notice(line);
        },
      }, { app, io });
    }
  } finally {
    screen.err = (line): void => io.log(line);
    log({ kind: "draining", members: server.status().members });
    // Who ends the conversation means it; who ends the process may start another.
    const restart = io.signal.aborted;
    await server.close({ restart }); // while it does, /health says so
    log({ kind: "stopped" });
  }
}

/** So that `chat invite` knows them; a server with a full disk serves, too. */
function rememberLinks(
  history: History,
  links: readonly string[],
  log: ServerLog,
): void {
  try {
    history.saveAddresses(links);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    const { code, message } = error;
    log({ kind: "store_failed", code, message });
  }
}

function watchAuthorized(
  path: string,
  server: HostedRoom,
  log: ServerLog,
): Disposable {
  return new AuthorizedWatch(path, {
    onChange(keys): void {
      server.authorize(keys);
      log({ kind: "authorized_read", path, keys: keys.entries.length });
      warn(path, keys, log);
    },
    onError: ({ message }): void =>
      log({ kind: "authorized_refused", message }),
  });
}

function warn(
  path: string,
  { warnings }: AuthorizedKeys,
  log: ServerLog,
): void {
  for (const warning of warnings) {
    log({ kind: "authorized_line_skipped", path, ...warning });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
