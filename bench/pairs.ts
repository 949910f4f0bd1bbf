import { acceptChannel } from "../lib/channel/accept.ts";
import type { Channel } from "../lib/channel/channel.ts";
import { openChannel } from "../lib/channel/open.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { TcpDuplex } from "../lib/net/tcp_duplex.ts";
import { tcpPair } from "./tls.ts";

const [serverIdentity, clientIdentity] = await Promise.all([
  generateIdentity(),
  generateIdentity(),
]);

/** Two ends of one channel over loopback TCP: client, server. */
export async function channelPair(): Promise<[Channel, Channel]> {
  const [client, server] = await tcpPair();
  return await Promise.all([
    openChannel(new TcpDuplex(client), {
      identity: clientIdentity,
      pins: [serverIdentity.fingerprint],
    }),
    acceptChannel(new TcpDuplex(server), {
      identity: serverIdentity,
      admit: () => undefined,
      limits: () => ({
        serverTime: Date.now(),
        maxMessage: 65_530,
        idleTimeout: 60_000,
      }),
    }),
  ]);
}
