import { ChatError } from "../errors.ts";
import { formatAddress } from "../identity/address.ts";
import { parseFingerprint } from "../identity/fingerprint.ts";
import { makeLink, type Target } from "../identity/target.ts";
import { LOBBY } from "../room/conversation.ts";
import type { SceneOptions } from "../ui/scene.ts";
import { Announcements } from "./announcement.ts";
import type { App, JoinedRoom } from "./app.ts";
import { type Command, defineCommand } from "./command.ts";
import { converse, isInteractive } from "./converse.ts";
import { destination } from "./destination.ts";
import { openDevice } from "./device.ts";
import { Doorstep } from "./doorstep.ts";
import { enterInvited } from "./invited.ts";
import { identityOptions } from "./identity_file.ts";
import type { Io } from "./io.ts";
import { KEY_LOG_WARNING, keyLogOptions, openKeyLog } from "./key_log_file.ts";
import { loadOwnKeys } from "./own_keys.ts";
import { refusingChanges } from "./pin_alarm.ts";
import { printable } from "./printable.ts";
import { followServer, identityAt } from "./succeeding.ts";
import { remember, trustedPins } from "./trust.ts";
import { tellingWaiting } from "./waiting.ts";
import { checkRoom, joinWanted } from "./wanted_room.ts";

const options = {
  pin: {
    kind: "values",
    placeholder: "FINGERPRINT",
    help: "Accept this server key and no other",
  },
  name: {
    kind: "value",
    placeholder: "NAME",
    help: "Your name on the server; without it the server asks",
  },
  room: {
    kind: "value",
    placeholder: "ROOM",
    help: "Join this room and begin there, rather than in the lobby",
  },
  "no-state": {
    kind: "flag",
    help: "Keep nothing on this machine: neither unsent messages nor positions",
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
  ...keyLogOptions,
  ...identityOptions,
} as const;

/** `chat connect HOST[:PORT] | chat://...` */
export function connectCommand(app: App): Command<typeof options> {
  return defineCommand({
    name: "connect",
    summary: "Join a server that you can name by its fingerprint",
    details: [
      "HOST:PORT and the fingerprint come from whoever runs `chat serve`; a chat:// link holds both, and perhaps a room and an invitation. A server's key is remembered once it has been trusted. Without a pin and on first use you are asked; where nobody can be asked, an unknown key is refused. A changed key is always refused.",
      "Without an argument you are asked for the address or the link: one that holds an invitation is a secret, and others on the same machine can see what a program is started with.",
      "In a terminal you get a line to type in and /help. Otherwise lines of the input are said in one room, messages are printed to the output, and remarks go to standard error.",
      "A lost connection is made again by itself. What is not sent by then waits on this machine until it is stored by the server, even if you leave.",
    ],
    args: ["[HOST[:PORT]|LINK]"],
    options,
    async run([where], values, io): Promise<void> {
      const target = await destination(where, io);
      requireOpen(target);
      using logged = openKeyLog(
        values["i-know-this-breaks-encryption"],
        io,
      );
      const wanted = values.room ?? target.room;
      checkRoom(wanted);
      const named = [...target.pins, ...values.pin.map(parseFingerprint)];
      const keys = await loadOwnKeys(values, io);
      io.err(`Connecting to ${formatAddress(target)} ...`);
      const pins = [...await trustedPins(target, named, { app, io })];
      const announcements = new Announcements(target, pins, io);
      const identity = await refusingChanges(
        target,
        { pins, io },
        () => identityAt(target, keys, { pins, app, io }),
      );
      await followServer(target, identity.fingerprint, io);
      using state = values["no-state"]
        ? undefined
        : openDevice(pins, identity.fingerprint, io);
      const doorstep = new Doorstep(io);
      const enter = (): Promise<JoinedRoom> =>
        app.connect({
          host: target.host,
          port: target.port,
          identity,
          pins,
          ...(values.name === undefined ? {} : { name: values.name }),
          ...(target.invitation === undefined
            ? {}
            : { invitation: target.invitation }),
          ...(state === undefined ? {} : { state }),
          ...(logged === undefined ? {} : { keyLog: logged.keyLog }),
          ...doorstep.questions,
          onSuccession: (succession, server) =>
            announcements.hear(succession, server),
          onStep: (step) => doorstep.report(step),
          signal: io.signal,
        });
      const joined = await refusingChanges(
        target,
        { pins, io },
        () =>
          tellingWaiting(state, () => enterInvited(target.invitation, enter)),
      );
      const room = await settle(joined, { target, wanted, io });
      doorstep.leave();
      await announcements.settled();
      announcements.say = (line): void => joined.notice(line);
      if (logged !== undefined) joined.notice(KEY_LOG_WARNING);
      if (!isInteractive(io, values)) welcome(joined, io);
      const { json, plain, stay } = values;
      const keeps = state !== undefined;
      const how = { json, plain, stay, room, keeps };
      await converse(joined, io, { ...sceneOptions(joined, target), ...how });
      await announcements.settled();
    },
  });
}

/** Remembers the server and enters the room that was asked for. */
async function settle(
  joined: JoinedRoom,
  { target, wanted, io }: {
    readonly target: Target;
    readonly wanted: string | undefined;
    readonly io: Io;
  },
): Promise<number> {
  try {
    await remember(target, joined.server.fingerprint, io);
    return wanted === undefined ? LOBBY : await joinWanted(joined, wanted);
  } catch (error) {
    await joined.close();
    throw error;
  }
}

/**
 * A link with a room's key is to a room that the server must not read. This
 * version cannot keep that promise, so it does not enter at all.
 *
 * @throws {ChatError} `CHAT_USAGE`.
 */
function requireOpen({ key }: Target): void {
  if (key === undefined) return;
  throw new ChatError(
    "CHAT_USAGE",
    "Cannot join a sealed room: this version of chat has only open ones",
  );
}

/** What the person in the room can be told about the way there. */
function sceneOptions(joined: JoinedRoom, target: Target): SceneOptions {
  const { host, port } = target;
  const { motd, server } = joined;
  return {
    motd,
    linkFor: (invitation) =>
      makeLink({
        host,
        port,
        pins: [server.fingerprint],
        ...(invitation === undefined ? {} : { invitation }),
      }),
  };
}

/** Where nothing else does, says where we are and what the server says. */
function welcome(
  { self, serverName, present, motd }: JoinedRoom,
  io: Io,
): void {
  const others = present === 1
    ? "nobody else is here"
    : `${present} people are here`;
  const server = printable(serverName);
  io.err(`You are ${printable(self.name)} on ${server}; ${others}.`);
  const lines = motd.split("\n").filter((line) => line !== "");
  if (lines.length > 0) io.err(`${server} says to everybody:`);
  for (const line of lines) io.err(`  | ${printable(line)}`);
}
