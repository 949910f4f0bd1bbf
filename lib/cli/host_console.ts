import type { Identity } from "../identity/identity.ts";
import { ID_BYTES } from "../protocol/limits.ts";
import type { Conversation } from "../room/conversation.ts";
import { linksTo, pinsOf, type ServerKeys } from "./announce.ts";
import type { App, HostedRoom } from "./app.ts";
import { converse } from "./converse.ts";
import { devicePath } from "./device.ts";
import type { Io } from "./io.ts";
import { linkReader } from "./room_links.ts";
import { openSealing } from "./sealing.ts";
import { serverTargets } from "./server_links.ts";
import { FileVerification } from "./verification.ts";

/** Who sits at the console of a server. */
export interface HostOptions {
  /** The server's, which is that of whoever hosts it. */
  readonly identity: Identity;
  readonly keys: ServerKeys;
  /** Our own name in the rooms. */
  readonly name: string;
  /** Whether sealed rooms outlive the process, as the history then does. */
  readonly keeps: boolean;
  /** Told the conversation once it is there. */
  readonly onOpen: (conversation: Conversation) => void;
}

/**
 * Takes part in the rooms of a server at its own console, in sealed rooms as a
 * member like others: the server itself does not get their keys.
 *
 * @throws What opening the sealed rooms throws, and as `converse`.
 */
export async function converseAsHost(
  server: HostedRoom,
  { identity, keys, name, keeps, onOpen }: HostOptions,
  { app, io }: { readonly app: Pick<App, "openSealing">; readonly io: Io },
): Promise<void> {
  const pins = pinsOf(keys);
  const [address = server] = serverTargets(server, ...pins);
  const verification = await FileVerification.open({
    self: identity,
    address,
    io,
  });
  using sealing = await openSealing({
    identity,
    device: crypto.getRandomValues(new Uint8Array(ID_BYTES)),
    directory: keeps
      ? devicePath({ own: identity.fingerprint }, io)
      : undefined,
    verification,
  }, { app, io });
  const conversation = await server.console(name, { sealing: sealing.maker });
  onOpen(conversation);
  try {
    await converse(conversation, io, {
      hosting: true,
      linkFor: linksTo(server, keys),
      readLink: linkReader(address, ...pins),
      verification,
    });
  } finally {
    await conversation.close(); // before what it keeps its rooms in
  }
}
