import { ChatError } from "../errors.ts";
import { formatAddress } from "../identity/address.ts";
import { type Fingerprint, parseFingerprint } from "../identity/fingerprint.ts";
import { parseTarget } from "../identity/target.ts";
import type { AskName } from "../room/ask_name.ts";
import type { App, JoinedRoom } from "./app.ts";
import { type Command, defineCommand } from "./command.ts";
import { converse, isInteractive } from "./converse.ts";
import { identityOptions, loadIdentity } from "./identity_file.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { remember, trustedPins, warnOfChange } from "./trust.ts";

const options = {
  pin: {
    kind: "values",
    placeholder: "FINGERPRINT",
    help: "Accept this server key and no other",
  },
  name: {
    kind: "value",
    placeholder: "NAME",
    help: "Your name in the room; without it the server asks",
  },
  json: {
    kind: "flag",
    help: "Print one JSON object per event, for programs",
  },
  plain: {
    kind: "flag",
    help: "Read and write plain lines, even in a terminal",
  },
  stay: {
    kind: "flag",
    help: "Stay connected after the end of the input",
  },
  ...identityOptions,
} as const;

/** `chat connect HOST[:PORT] | chat://...` */
export function connectCommand(app: App): Command<typeof options> {
  return defineCommand({
    name: "connect",
    summary: "Join a room on a server that you can name by its fingerprint",
    details: [
      "HOST:PORT and the fingerprint come from whoever runs `chat serve`; a chat:// link holds both. A server's key is remembered once it has been trusted. Without a pin and on first use you are asked; where nobody can be asked, an unknown key is refused. A changed key is always refused.",
      "In a terminal you get a line to type in and /help. Otherwise lines of the input are sent, messages are printed to the output, and remarks go to standard error.",
    ],
    args: ["HOST[:PORT]|LINK"],
    options,
    async run([where = ""], values, io): Promise<void> {
      const target = parseTarget(where);
      const named = [...target.pins, ...values.pin.map(parseFingerprint)];
      const identity = await loadIdentity(values, io);
      io.err(`Connecting to ${formatAddress(target)} ...`);
      const pins = await trustedPins(target, named, { app, io });
      const joined = await refusingChanges(
        target,
        { pins, io },
        () =>
          app.connect({
            host: target.host,
            port: target.port,
            identity,
            pins,
            ...(values.name === undefined ? {} : { name: values.name }),
            ...(io.stdinIsTerminal ? { askName: askNameOf(io) } : {}),
            onStep: (step) => report(step, io),
            signal: io.signal,
          }),
      );
      await remember(target, joined.server.fingerprint, io);
      welcome(joined, io, isInteractive(io, values));
      await converse(joined, io, values);
    },
  });
}

/** Says on the way what took place, so that waiting is not in the dark. */
function report(step: string, io: Io): void {
  if (step === "connected") io.err("Connected; checking the server's key ...");
  if (step === "verified") io.err("The server holds the pinned key.");
}

/** In a terminal the room greets by itself: there, only the motd is added. */
function welcome(joined: JoinedRoom, io: Io, interactive: boolean): void {
  const { self, serverName, present, motd } = joined;
  if (interactive) {
    if (motd !== "") joined.notice(motd);
    return;
  }
  const others = present === 1
    ? "nobody else is here"
    : `${present} people are here`;
  io.err(
    `You are ${printable(self.name)} on ${printable(serverName)}; ${others}.`,
  );
  for (const line of motd.split("\n")) {
    if (line !== "") io.err(printable(line));
  }
}

/** Asks the person for the name that the server wants. */
function askNameOf(io: Io): AskName {
  return async ({ why, text, suggestion }) => {
    if (why !== "needed") io.err(printable(text));
    const hint = suggestion === null ? "" : ` [${printable(suggestion)}]`;
    const answer = await io.ask(`Your name in the room${hint}:`);
    if (answer === "" && suggestion !== null) return suggestion;
    return answer;
  };
}

async function refusingChanges<T>(
  address: { readonly host: string; readonly port: number },
  { pins, io }: { readonly pins: readonly Fingerprint[]; readonly io: Io },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ChatError && error.code === "CHAT_PIN_MISMATCH") {
      warnOfChange(address, { known: pins, shown: [] }, io);
    }
    throw error;
  }
}
