import type { Bytes } from "../lib/bytes.ts";
import type { Channel } from "../lib/channel/channel.ts";
import { openChannel } from "../lib/channel/open.ts";
import type { Fingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { dial } from "../lib/net/dial.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "../lib/protocol/codec.ts";
import type { ClientMessage } from "../lib/protocol/messages.ts";
import { generateRoomSecret } from "../lib/sealed/room_secret.ts";
import { SealedRoom } from "../lib/sealed/sealed_room.ts";
import { encodeContent } from "../lib/sealing/content.ts";
import { MESSAGE_HEADER_BYTES } from "../lib/wire/message.ts";
import { entering, Receiver, type SealedPlace } from "./receiver.ts";
import { alternate, short, table } from "./stats.ts";

const MEMBERS = 100;
const TEXT = "x".repeat(200);
const MESSAGES = { ours: 30_000, sealed: 30_000, naive: 1_000 };
/** Messages sent before the sender lets the others run. */
const BURST = 256;
/** Messages the sender is ahead of the slowest receiver, at most: ~ 2 MiB. */
const WINDOW = 8192;

/** One sender, 100 members: the real server beside the obvious way. */
export async function benchFanOut(rounds: number): Promise<string> {
  const cpu: Record<keyof typeof MESSAGES, number[]> = {
    ...{ ours: [], sealed: [], naive: [] },
  };
  const perSecond = await alternate({
    ours: () => fanOut("ours", cpu),
    sealed: () => fanOut("sealed", cpu),
    naive: () => fanOut("naive", cpu),
  }, rounds);
  const { length } = await envelope();
  const names = {
    naive: "await seal, await write",
    ours: "the room's log as the queue",
    sealed: `the same in a sealed room, ${length} B`,
  };
  const rows = (["naive", "ours", "sealed"] as const).map((kind) => [
    names[kind],
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
  await using server = await startServer(kind === "naive" ? kind : "ours");
  const sealed = kind === "sealed" ? await found(server) : undefined;
  const body = await envelope();
  const saying = (number: number): ClientMessage => {
    const id = number + 2; // after those of entering
    return sealed === undefined
      ? { kind: "say", id, room: 0, number, text: TEXT }
      : { kind: "seal", id, ...sealed, number, body };
  };
  const sender = await enter(server, entering("sender", sealed));
  const others: Receiver[] = [];
  for (let i = 1; i < MEMBERS; i++) {
    others.push(await Receiver.enter(server, `member-${i}`, sealed));
  }
  const count = MESSAGES[kind];
  const flow = new Flow(MEMBERS);
  const checking = receive(sender, { count, flow });
  others.forEach((receiver, i) =>
    void receiver.count((bytes) => flow.got(i + 1, bytes))
  );
  const before = await server.cpuSeconds();
  const started = performance.now();
  await send(sender, { count, flow, saying });
  await Promise.all([checking, flow.end()]);
  const seconds = (performance.now() - started) / 1000;
  for (const { duplex } of others) duplex.close();
  const deliveries = count * MEMBERS;
  cpu[kind].push((await server.cpuSeconds() - before) / deliveries);
  return deliveries / seconds;
}

/** What a message of that many bytes is sealed as; the server sees no difference. */
async function envelope(): Promise<Bytes> {
  const room = await SealedRoom.create({
    identity: await generateIdentity(),
    secret: generateRoomSecret(),
    name: "somebody",
    keeper: { keep: () => Promise.resolve() },
  });
  return await room.seal(encodeContent({ kind: "say", text: TEXT }));
}

/** Makes a sealed room, of nobody who stays. */
async function found(server: RunningServer): Promise<SealedPlace> {
  const group = crypto.getRandomValues(new Uint8Array(32));
  const [title, info] = [Uint8Array.of(1), Uint8Array.of(1)];
  const of = { room: null, replaces: null, hello: new Uint8Array(0) };
  const founder = await enter(server, [
    ...entering("founder"),
    { kind: "found", id: 2, ...of, group, title, info },
  ]);
  for await (const batch of founder.batches()) {
    for (const payload of batch) {
      const message = decodeServerMessage(payload);
      if (message.kind !== "done" || message.room === null) continue;
      await founder.close();
      return { group, room: message.room };
    }
  }
  throw new Error("no sealed room was made");
}

async function enter(
  server: RunningServer,
  messages: readonly ClientMessage[],
): Promise<Channel> {
  const duplex = await dial({ host: "127.0.0.1", port: server.port });
  const channel = await openChannel(duplex, {
    identity: await generateIdentity(),
    pins: [server.fingerprint],
  });
  for (const message of messages) {
    channel.send(encodeClientMessage(message));
  }
  await channel.flush();
  return channel;
}

/**
 * Keeps the sender from running away from the receivers, and knows when they
 * have it all: as many bytes as the messages take, padding not counted.
 */
class Flow {
  /** Bytes of the messages so far, as each member gets them. */
  #sent = 0;
  #complete = false;
  readonly #bytes: number[];
  #wake: (() => void) | undefined;

  constructor(members: number) {
    this.#bytes = Array<number>(members).fill(0);
  }

  /** The first member has opened this much more; `complete` if it was the last. */
  heard(bytes: number, complete: boolean): void {
    this.#sent += bytes;
    this.#complete = complete;
    this.got(0, this.#sent);
  }

  /** A member has this many bytes in all. */
  got(member: number, bytes: number): void {
    this.#bytes[member] = bytes;
    this.#wake?.();
  }

  /** Waits until the first has opened all, and everybody has as many bytes. */
  async end(): Promise<void> {
    while (!this.#complete) await this.#change();
    await this.until(this.#sent);
  }

  /** Waits until everybody has `bytes`. */
  async until(bytes: number): Promise<void> {
    while (Math.min(...this.#bytes) < bytes) await this.#change();
  }

  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}

async function send(
  channel: Channel,
  { count, flow, saying }: {
    count: number;
    flow: Flow;
    saying: (number: number) => ClientMessage;
  },
): Promise<void> {
  for (let number = 1; number <= count; number++) {
    channel.send(encodeClientMessage(saying(number)));
    if (number % BURST > 0) continue;
    await channel.flush();
    await flow.until((number - WINDOW) * TEXT.length);
  }
  await channel.flush();
}

/** Opens, decodes and checks everything: the sender hears itself. */
async function receive(
  channel: Channel,
  { count, flow }: { count: number; flow: Flow },
): Promise<void> {
  let seen = 0;
  let last = 0;
  for await (const batch of channel.batches()) {
    let bytes = 0;
    for (const payload of batch) {
      const message = decodeServerMessage(payload);
      if (message.kind === "refused") throw new Error(message.text);
      if (message.kind !== "said" && message.kind !== "sealed") continue;
      if (message.seq <= last) throw new Error(`${message.seq} after ${last}`);
      last = message.seq;
      seen += 1;
      bytes += MESSAGE_HEADER_BYTES + payload.length;
    }
    flow.heard(bytes, seen === count);
    if (seen === count) return;
  }
  throw new Error(`the checking receiver got ${seen} of ${count} messages`);
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
