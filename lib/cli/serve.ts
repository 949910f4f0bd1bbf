import type { ChatError } from "../errors.ts";
import { DEFAULT_PORT, formatAddress } from "../identity/address.ts";
import type { AuthorizedKeys } from "../identity/authorized_keys.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import { makeLink } from "../identity/target.ts";
import { wordsOf } from "../identity/words.ts";
import type { App, HostedRoom } from "./app.ts";
import { AuthorizedWatch, readAuthorizedKeys } from "./authorized_file.ts";
import { type Command, defineCommand, type OptionValues } from "./command.ts";
import { converse, isInteractive } from "./converse.ts";
import { failureLog } from "./failure_log.ts";
import { identityOptions, loadIdentity } from "./identity_file.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { reachableHosts } from "./reachable.ts";

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
    help: "Messages per second that one identity may send for long",
    min: 1,
    max: 2_000,
    default: 10,
  },
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
      "Prints its fingerprint and the line to hand out. In a terminal you are in the room, with /who, /kick NAME and /quit; with --quiet, or without a terminal, it just serves until it is told to stop (Ctrl-C, SIGTERM).",
      "Without --authorized anybody who proves an identity may enter. The file is read again when it changes; who is no longer in it is shown out.",
    ],
    args: [],
    options,
    run: (_args, values, io) => run(app, values, io),
  });
}

async function run(app: App, values: Options, io: Io): Promise<void> {
  const identity = await loadIdentity(values, io);
  const authorized = values.authorized === undefined
    ? undefined
    : await readAuthorizedKeys(values.authorized);
  // Until the console takes over the screen, remarks go to standard error.
  const screen = { err: (line: string): void => io.log(line) };
  const server = app.serve({
    host: values.host,
    port: values.port,
    identity,
    name: values.title,
    motd: values.motd,
    ...(authorized === undefined ? {} : { authorized }),
    limits: {
      connections: values["max-connections"],
      perAddress: values["max-per-address"],
      messagesPerSecond: values.rate,
      messageBurst: BURST_FACTOR * values.rate,
    },
    onFailure: failureLog({ err: (line) => screen.err(line) }),
  });
  try {
    announce(server, identity, io);
    announceAccess(authorized, values, io);
    using _watch = values.authorized === undefined
      ? undefined
      : watchAuthorized(values.authorized, server, screen);
    if (values.quiet || !isInteractive(io)) {
      await aborted(io.signal);
    } else {
      const conversation = await server.console(values.name);
      screen.err = (line): void => conversation.notice(line);
      await converse(conversation, io, {});
    }
  } finally {
    await server.close();
  }
}

function announce(server: HostedRoom, identity: Identity, io: Io): void {
  const { host, port } = server;
  const { fingerprint } = identity;
  io.out(`Listening on ${formatAddress({ host, port })}`);
  io.out("");
  io.out(`  fingerprint  ${fingerprint}`);
  io.out(`  words        ${wordsOf(fingerprint).join(" ")}`);
  io.out("");
  io.out("Hand out one of these lines:");
  for (const reachable of reachableHosts(host, Deno.networkInterfaces())) {
    invite({ host: reachable, port }, fingerprint).forEach((line) =>
      io.out(line)
    );
  }
  io.out("");
}

function invite(
  address: { readonly host: string; readonly port: number },
  fingerprint: Fingerprint,
): string[] {
  return [
    `  chat connect ${formatAddress(address)} --pin ${fingerprint}`,
    `  chat connect '${makeLink({ ...address, pins: [fingerprint] })}'`,
  ];
}

function announceAccess(
  authorized: AuthorizedKeys | undefined,
  values: Options,
  io: Io,
): void {
  if (authorized === undefined) {
    io.out("Anybody who proves an identity may enter (see --authorized).");
  } else {
    io.out(`${count(authorized)} of ${values.authorized} may enter.`);
    warn(authorized, io);
  }
}

function watchAuthorized(
  path: string,
  server: HostedRoom,
  io: Pick<Io, "err">,
): Disposable {
  return new AuthorizedWatch(path, {
    onChange(keys): void {
      server.authorize(keys);
      io.err(`Read ${path} again: ${count(keys)} may enter.`);
      warn(keys, io);
    },
    onError(error: ChatError): void {
      io.err(
        `${printable(error.message)}; the keys read before stay in force.`,
      );
    },
  });
}

function count({ entries }: AuthorizedKeys): string {
  return entries.length === 1 ? "1 key" : `${entries.length} keys`;
}

function warn({ warnings }: AuthorizedKeys, io: Pick<Io, "err">): void {
  for (const { line, message } of warnings) {
    io.err(`line ${line}: ${printable(message)}`);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
