import type { Channel } from "../lib/channel/channel.ts";
import { openChannel } from "../lib/channel/open.ts";
import type { Fingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { dial } from "../lib/net/dial.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "../lib/protocol/codec.ts";
import { PROTOCOL } from "../lib/protocol/schema.ts";
import { alternate, short, table } from "./stats.ts";

const MEMBERS = 100;
const TEXT = "x".repeat(200);
const MESSAGES = { ours: 30_000, naive: 1_000 };
/** Messages sent before the sender lets the others run. */
const BURST = 256;
/** Messages the sender is ahead of the slowest receiver, at most: ~ 1 MiB. */
const WINDOW = 4096;

/** One sender, 100 members: the real server beside the obvious way. */
export async function benchFanOut(rounds: number): Promise<string> {
  const cpu: Record<keyof typeof MESSAGES, number[]> = { ours: [], naive: [] };
  const perSecond = await alternate({
    ours: () => fanOut("ours", cpu),
    naive: () => fanOut("naive", cpu),
  }, rounds);
  const rows = (["naive", "ours"] as const).map((kind) => [
    kind === "ours" ? "the room's log as the queue" : "await seal, await write",
    short(perSecond[kind]),
    ((cpu[kind].at(-1) ?? 0) * 1e6).toFixed(2),
    (perSecond[kind] / perSecond.naive).toFixed(1),
  ]);
  return table([
    `1 sender, ${MEMBERS} members, 200 B, rate limits lifted`,
    "deliveries/s",
    "server CPU us/delivery",
    "ratio",
  ], rows);
}

async function fanOut(
  kind: keyof typeof MESSAGES,
  cpu: Record<keyof typeof MESSAGES, number[]>,
): Promise<number> {
  await using server = await startServer(kind);
  const channels: Channel[] = [];
  for (let i = 0; i < MEMBERS; i++) channels.push(await enter(server, i));
  const count = MESSAGES[kind];
  const flow = new Flow(MEMBERS);
  const receivers = channels.map((channel, i) =>
    receive(channel, { count, flow, member: i })
  );
  const before = await server.cpuSeconds();
  const started = performance.now();
  await send(channels[0] as Channel, { count, flow });
  await Promise.all(receivers);
  const seconds = (performance.now() - started) / 1000;
  const deliveries = count * MEMBERS;
  cpu[kind].push((await server.cpuSeconds() - before) / deliveries);
  return deliveries / seconds;
}

async function enter(server: RunningServer, i: number): Promise<Channel> {
  const duplex = await dial({ host: "127.0.0.1", port: server.port });
  const channel = await openChannel(duplex, {
    identity: await generateIdentity(),
    pins: [server.fingerprint],
  });
  const name = `member-${i}`;
  channel.send(
    encodeClientMessage({ kind: "enter", protocol: PROTOCOL, name }),
  );
  await channel.flush();
  return channel;
}

/** Keeps the sender from running away from the receivers. */
class Flow {
  readonly #seen: number[];
  #wake: (() => void) | undefined;

  constructor(members: number) {
    this.#seen = Array<number>(members).fill(0);
  }

  saw(member: number, count: number): void {
    this.#seen[member] = count;
    this.#wake?.();
  }

  async until(count: number): Promise<void> {
    while (Math.min(...this.#seen) < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}

async function send(
  channel: Channel,
  { count, flow }: { count: number; flow: Flow },
): Promise<void> {
  for (let id = 1; id <= count; id++) {
    channel.send(encodeClientMessage({ kind: "say", id, room: 0, text: TEXT }));
    if (id % BURST > 0) continue;
    await channel.flush();
    await flow.until(id - WINDOW);
  }
  await channel.flush();
}

/** Opens and counts everything; the first also decodes and checks the order. */
async function receive(
  channel: Channel,
  { count, flow, member }: { count: number; flow: Flow; member: number },
): Promise<void> {
  const SAID = 32;
  let seen = 0;
  let last = 0;
  for await (const batch of channel.batches()) {
    for (const payload of batch) {
      // The second and third byte of the array are its tag, 32 as 0x18 0x20.
      if (payload[1] !== 0x18 || payload[2] !== SAID) continue;
      seen += 1;
      if (member > 0) continue;
      const message = decodeServerMessage(payload);
      if (message.kind !== "said" || message.seq <= last) {
        throw new Error(`out of order: ${last}, then ${message.kind}`);
      }
      last = message.seq;
    }
    flow.saw(member, seen);
    if (seen === count) return;
  }
  throw new Error(`a receiver got ${seen} of ${count} messages`);
}

interface RunningServer extends AsyncDisposable {
  readonly port: number;
  readonly fingerprint: Fingerprint;
  cpuSeconds(): Promise<number>;
}

async function startServer(kind: string): Promise<RunningServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net=127.0.0.1",
      new URL("./fanout_server.ts", import.meta.url).href,
      kind,
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const { port, fingerprint } = JSON.parse(value ?? "{}");
  return {
    port,
    fingerprint,
    async cpuSeconds(): Promise<number> {
      const stat = await Deno.readTextFile(`/proc/${child.pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100; // USER_HZ
    },
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill();
      await child.status;
      await reader.cancel();
    },
  };
}
