import type { Bytes } from "../../bytes.ts";
import { openChannel } from "../../channel/open.ts";
import { ChatError } from "../../errors.ts";
import { generateIdentity } from "../../identity/identity.ts";
import { dial } from "../../net/dial.ts";
import { RawMember } from "../raw_member.ts";
import type { WatchedServer } from "../watched_server.ts";

/**
 * Somebody with a fresh key shows a secret at the door.
 *
 * @returns `"entered"`, or why not: what the server says, or an error code.
 */
export async function knock(
  server: WatchedServer,
  { name, secret }: { readonly name: string; readonly secret: Bytes },
): Promise<string> {
  const duplex = await dial({ host: "127.0.0.1", port: server.port });
  try {
    const channel = await openChannel(duplex, {
      identity: await generateIdentity(),
      pins: [server.fingerprint],
    });
    const member = new RawMember(duplex, channel);
    member.knock(name, secret);
    for (;;) {
      const message = await member.next();
      if (message.kind === "entered") return "entered";
      if (message.kind === "goodbye") return message.why;
      if (message.kind === "name_wanted") return message.why;
    }
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  } finally {
    duplex.close();
  }
}
