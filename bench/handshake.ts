import { ChatError } from "../lib/errors.ts";
import { alternate, short, table } from "./stats.ts";
import { channelPair } from "./pairs.ts";
import { makeCertificate, tcpPair, tlsPair } from "./tls.ts";

const OVER = new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: measured");
const COUNT = 128;
const AT_ONCE = 16;

/** Handshakes a second, both ends in this process. */
export async function benchHandshake(rounds: number): Promise<string> {
  const certificate = await makeCertificate();
  const variants = {
    "raw TCP": async (): Promise<void> => {
      for (const conn of await tcpPair()) conn.close();
    },
    "TLS 1.3, server Ed25519 only": async (): Promise<void> => {
      for (const conn of await tlsPair(certificate)) conn.close();
    },
    "chat/1, post-quantum, both sides": async (): Promise<void> => {
      for (const channel of await channelPair()) channel.abort(OVER);
    },
  };
  const rows = Object.entries(variants);
  const perSecond = await alternate(
    Object.fromEntries(
      rows.flatMap(([name, run]) => [
        [`${name} / 1`, () => rate(run, 1)],
        [`${name} / ${AT_ONCE}`, () => rate(run, AT_ONCE)],
      ]),
    ),
    rounds,
  );
  return table(
    ["handshakes/s, both ends on this machine", "one by one", "16 at a time"],
    rows.map(([name]) => [
      name,
      short(perSecond[`${name} / 1`] ?? 0),
      short(perSecond[`${name} / ${AT_ONCE}`] ?? 0),
    ]),
  );
}

async function rate(
  run: () => Promise<void>,
  atOnce: number,
): Promise<number> {
  const started = performance.now();
  for (let done = 0; done < COUNT; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, run));
  }
  return COUNT / ((performance.now() - started) / 1000);
}
