import { openChannel } from "../../lib/channel/open.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import { WatchedServer } from "../../lib/lab/watched_server.ts";
import { dial } from "../../lib/net/dial.ts";
import { assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";

Deno.test("WatchedServer tells why it refused somebody, and whom it let in", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const server = await WatchedServer.start(lab);
  const nothing = await server.handshakeDuring(() => Promise.resolve());
  assertEquals(nothing, undefined);

  const stranger = (): Promise<void> => send(server.port, [0, 0, 0, 7], 7);
  assertEquals(await server.handshakeDuring(stranger), "CHAT_NOT_CHAT");

  let members = 0;
  const member = async (): Promise<void> => {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const channel = await openChannel(duplex, {
      identity: await generateIdentity(),
      pins: [server.fingerprint],
    });
    members = await server.count('chat_connections{state="established"}');
    await duplex.write(new Uint8Array(276)); // not a record
    await drained(duplex);
    await channel.close();
    duplex.close();
  };
  assertEquals(await server.refusalDuring(member), "CHAT_RECORD_REFUSED");
  assertEquals(members, 1);
  assertEquals(await server.refusalDuring(() => Promise.resolve()), undefined);
  // More at once than it logs in a second: it waits.
  for (let at = 0; at < 6; at++) {
    assertEquals(await server.refusalDuring(member), "CHAT_RECORD_REFUSED");
  }
});

async function send(
  port: number,
  header: readonly number[],
  zeros: number,
): Promise<void> {
  const duplex = await dial({ host: "127.0.0.1", port });
  await duplex.write(Uint8Array.from([...header, ...new Uint8Array(zeros)]));
  await drained(duplex);
  duplex.close();
}

async function drained(
  duplex: { read(into: Uint8Array<ArrayBuffer>): Promise<number | null> },
): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await duplex.read(buffer).catch(() => null) !== null);
}
