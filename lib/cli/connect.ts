import type { Bytes } from "../bytes.ts";
import { formatAddress } from "../identity/address.ts";
import { type Fingerprint, parseFingerprint } from "../identity/fingerprint.ts";
import type { Target } from "../identity/target.ts";
import { ID_BYTES } from "../protocol/limits.ts";
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
import { linkReader, linksFor } from "./room_links.ts";
import { type LinkPlace, linkPlace, saveLink } from "./save_link.ts";
import { openSealing } from "./sealing.ts";
import { followServer, identityAt } from "./succeeding.ts";
import { remember, trustedPins } from "./trust.ts";
import { tellingWaiting } from "./waiting.ts";
import { FileVerification } from "./verification.ts";
import { enterWanted, type WantedRoom, wantedRoom } from "./wanted_room.ts";

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
  sealed: {
    kind: "flag",
    help: "The server cannot read the room of --room; made if you have none",
  },
  "sealed-name": {
    kind: "value",
    placeholder: "NAME",
    help: "What sealed rooms call you; the server does not learn it",
  },
  "link-file": {
    kind: "value",
    placeholder: "FILE",
    help: "Read the link from this file or pipe, as it may be a secret",
  },
  "save-link": {
    kind: "value",
    placeholder: "FILE",
    help: "Save the link of the sealed room here, for you alone to read",
  },
  "no-state": {
    kind: "flag",
    help:
      "Keep nothing on this machine: unsent messages, positions, sealed rooms",
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
      "HOST:PORT and the fingerprint come from whoever runs `chat serve`; a chat:// link holds both, and perhaps a room, an invitation, or the key of a sealed room. A server's key is remembered once it has been trusted. Without a pin and on first use you are asked; where nobody can be asked, an unknown key is refused. A changed key is always refused.",
      "Without an argument you are asked for the address or the link: one that holds an invitation or a key is a secret, and others on the same machine can see what a program is started with. A script gives it with --link-file, and gets the link of a sealed room with --save-link.",
      "What is said in a sealed room (&plans) or to one person (@bob) is encrypted on this machine, and the server cannot read it. The line you type in says so: open or sealed.",
      "In a terminal you get a line to type in and /help. Otherwise lines of the input are said in one room, messages are printed to the output, and remarks go to standard error.",
      "A lost connection is made again by itself. What is not sent by then waits on this machine until it is stored by the server, even if you leave.",
    ],
    args: ["[HOST[:PORT]|LINK]"],
    options,
    async run([where], values, io): Promise<void> {
      const target = await destination(where, io, {
        linkFile: values["link-file"],
      });
      using logged = openKeyLog(
        values["i-know-this-breaks-encryption"],
        io,
      );
      const wanted = wantedRoom(values, target);
      const { "save-link": path } = values;
      const place = path === undefined
        ? undefined
        : await linkPlace(path, wanted);
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
      using device = values["no-state"]
        ? undefined
        : openDevice(pins, identity.fingerprint, io);
      const verification = await FileVerification.open({
        self: identity,
        address: target,
        io,
      });
      using sealing = await openSealing({
        identity,
        device: device?.state.device ?? newDevice(),
        directory: device?.path,
        name: values["sealed-name"],
        verification,
        needed: wanted.kind === "sealed" || wanted.kind === "link",
      }, { app, io });
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
          ...(device === undefined ? {} : { state: device.state }),
          ...(logged === undefined ? {} : { keyLog: logged.keyLog }),
          sealing: sealing.maker,
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
          tellingWaiting(
            device?.state,
            () => enterInvited(target.invitation, enter),
          ),
      );
      const room = await settle(joined, { target, wanted, place, io });
      doorstep.leave();
      await announcements.settled();
      announcements.say = (line): void => joined.notice(line);
      if (logged !== undefined) joined.notice(KEY_LOG_WARNING);
      if (!isInteractive(io, values)) welcome(joined, io);
      const { json, plain, stay } = values;
      try {
        await converse(joined, io, {
          ...sceneOptions(joined, { target, pins }),
          ...{ json, plain, stay, room, verification },
          keeps: device !== undefined,
        });
      } finally {
        await joined.close(); // before what it keeps its rooms in
      }
      await announcements.settled();
    },
  });
}

/**
 * Remembers the server, enters the room that was asked for, and saves its link if
 * that was asked for, too.
 */
async function settle(
  joined: JoinedRoom,
  { target, wanted, place, io }: {
    readonly target: Target;
    readonly wanted: WantedRoom;
    readonly place: LinkPlace | undefined;
    readonly io: Io;
  },
): Promise<number> {
  try {
    await remember(target, joined.server.fingerprint, io);
    const room = await enterWanted(joined, wanted);
    if (place === undefined || !("name" in wanted)) return room;
    const linkFor = linksFor(target, joined.server.fingerprint);
    const { name } = wanted;
    io.err(await saveLink(place, joined, { room, name, linkFor }));
    return room;
  } catch (error) {
    await joined.close();
    throw error;
  }
}

/** Names a device that lasts as long as this process. */
function newDevice(): Bytes {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES));
}

/** What the person in the room can be told about the way there. */
function sceneOptions(
  { motd, server }: JoinedRoom,
  { target, pins }: {
    readonly target: Target;
    /** The server's key of now, and those that it has announced. */
    readonly pins: readonly Fingerprint[];
  },
): SceneOptions {
  return {
    motd,
    linkFor: linksFor(target, server.fingerprint),
    readLink: linkReader(target, ...pins),
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
