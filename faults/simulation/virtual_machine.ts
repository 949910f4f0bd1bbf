import { ChatError } from "../../lib/errors.ts";
import type { Link } from "../../lib/member/link.ts";
import { ClientEnd } from "./client_end.ts";
import type { Device } from "../observed.ts";
import type { Random } from "./random.ts";
import { VirtualClient } from "./virtual_client.ts";
import { type DeviceFate, VirtualDevice } from "./virtual_device.ts";
import type { VirtualServer } from "./virtual_server.ts";
import type { VirtualTime } from "./virtual_time.ts";
import { type Break, type Upward, VirtualWire } from "./virtual_wire.ts";
import type { Sabotage } from "./sabotage.ts";

/** Time after which both ends know that a connection is broken, in milliseconds. */
const IDLE_MS = 60_000;

/** What all devices share. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly latency: () => number;
  readonly sabotage: Sabotage;
  readonly note: (text: string) => void;
  /** The server that runs now. */
  readonly server: () => VirtualServer | undefined;
  /** The newest entry of a room. */
  readonly reach: (room: number) => number;
}

/** A device: its disk, its network and the clients that run on it in turn. */
export class VirtualMachine {
  readonly record: Device;
  readonly #around: Surroundings;
  readonly #identity: {
    readonly fingerprint: Uint8Array<ArrayBuffer>;
    readonly publicKey: Uint8Array<ArrayBuffer>;
  };
  readonly #who: string;
  readonly #disk: VirtualDevice;
  #fate: DeviceFate = "written";
  #client: VirtualClient | undefined;
  #wires = new Set<VirtualWire>();
  #wire: VirtualWire | undefined;
  #stall: PromiseWithResolvers<void> | undefined;

  /** @param who What its identity is called. */
  constructor(who: string, record: Device, around: Surroundings) {
    this.#who = who;
    this.record = record;
    this.#around = around;
    const fingerprint = Uint8Array.fromHex(record.identity);
    this.#identity = { fingerprint, publicKey: fingerprint };
    this.#disk = new VirtualDevice({
      device: around.random.bytes(16),
      fate: (): DeviceFate => {
        const fate = this.#fate;
        if (fate !== "full") this.#fate = "written";
        return fate;
      },
      crash: (): void => this.crash(),
    });
  }

  /** The client that runs on it now. */
  get client(): VirtualClient | undefined {
    return this.#client?.isAlive ? this.#client : undefined;
  }

  /** Starts a client, if none runs. */
  start(): void {
    if (this.client !== undefined) return;
    const { time, random, note, sabotage } = this.#around;
    if (sabotage.found !== undefined) {
      this.#disk.content = sabotage.found(this.#disk.content);
    }
    if (sabotage.foundSealed !== undefined) {
      this.#disk.sealed = sabotage.foundSealed(this.#disk.sealed);
    }
    note(`${this.record.name} starts`);
    const state = this.#disk.open();
    const client: VirtualClient = new VirtualClient({
      ...{ name: this.#who, device: this.record, time, note },
      fingerprint: this.#identity.fingerprint,
      random: random.next,
      ...{ state, sealed: this.#disk.sealed },
      toil: () => random.below(random.pick([1, 1, 5, 200])),
      makeGroup: () => random.bytes(32),
      transport: { open: (signal) => this.#dial(client, signal) },
      wrote: () => this.#disk.hasAll(state.positions()),
      isFull: () => this.#fate === "full",
      onEnd: () => this.#startLater(),
    });
    this.#client = client;
    void client.live();
  }

  /** The client ends at once, and another one starts some time later. */
  crash(): void {
    if (this.client === undefined) return;
    this.#around.note(`${this.record.name} crashes`);
    this.#disk.close();
    this.#client?.crash();
    if (this.#disk.wasFull && this.#client !== undefined) {
      const { run } = this.#client;
      run.unnoted = run.streams.map(({ room }) => room)
        .filter((room) => !this.#disk.knows(room));
    }
    const { random } = this.#around;
    this.#wire?.break({ up: 0, down: 0, client: 0, server: random.below(200) });
    this.#startLater();
  }

  /** From now on its disk does this. */
  set fate(fate: DeviceFate) {
    this.#fate = fate;
  }

  /** Its newest connection breaks. */
  cut(how: Break): void {
    this.#wire?.break(how);
  }

  /** The server has ended: all its connections break. */
  abandon(): void {
    const { random } = this.#around;
    for (const wire of this.#wires) {
      const client = random.pick([50, 1_000, IDLE_MS]);
      const down = random.pick([0, 100]);
      wire.break({ up: 0, down, client: random.below(client), server: 0 });
    }
    this.#wires.clear();
  }

  /** For some time it takes nothing off the network. */
  stall(ms: number): void {
    if (this.#stall !== undefined) return;
    const stall = this.#stall = Promise.withResolvers<void>();
    this.#around.time.after(ms, () => {
      this.#stall = undefined;
      stall.resolve();
    });
  }

  #startLater(): void {
    const { time, random } = this.#around;
    time.after(random.between(100, 8_000), () => this.start());
  }

  #dial(client: VirtualClient, signal: AbortSignal): Promise<Link> {
    const { time, latency } = this.#around;
    const { promise, resolve, reject } = Promise.withResolvers<Link>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    time.after(2 * latency() + 1, () => {
      signal.removeEventListener("abort", abort);
      if (!client.isAlive || signal.aborted) return;
      const link = this.#connect(client);
      if (link !== undefined) return resolve(link);
      reject(new ChatError("CHAT_UNREACHABLE", "Cannot connect: nobody there"));
    });
    return promise;
  }

  #connect(client: VirtualClient): Link | undefined {
    const { time, latency, random } = this.#around;
    const server = this.#around.server();
    if (server === undefined || random.chance(0.03)) return undefined;
    const clientEnd: ClientEnd = new ClientEnd({
      send: (item): void => {
        if (client.isAlive) wire.up.send(this.#sent(item));
      },
      consumed: (): void => time.after(0, () => serverEnd.consumed()),
      ready: async (): Promise<void> => await this.#stall?.promise,
    });
    const wire: VirtualWire = new VirtualWire(time, {
      latency,
      client: {
        arrived: (item): void => {
          if (client.isAlive) clientEnd.arrived(item);
        },
        lost: (): void => {
          if (client.isAlive) clientEnd.lost();
        },
      },
      server: () => ({
        arrived: (item): void => {
          if (item.kind === "message" && item.message.kind === "follow") {
            const { id, room, after } = item.message;
            if (after === null) asked.set(id, room);
          }
          serverEnd.arrived(item);
        },
        lost: (): void => serverEnd.lost(),
      }),
    });
    // Rooms that the server is asked for which are new to the client.
    const asked = new Map<number, number>();
    const serverEnd = server.accept(this.#identity, {
      send: (item): void => wire.down.send(item),
      onReply: (message): void => {
        if (message.kind !== "following") return;
        const room = asked.get(message.id);
        if (room === undefined) return;
        client.run.follows.push({ room, reach: this.#around.reach(room) });
      },
    });
    this.#wire = wire;
    this.#wires.add(wire);
    return clientEnd;
  }

  /** What goes on the wire in place of what is sent. */
  #sent(item: Upward): Upward {
    const { sent } = this.#around.sabotage;
    if (item.kind !== "message" || sent === undefined) return item;
    return { kind: "message", message: sent(item.message) };
  }
}
