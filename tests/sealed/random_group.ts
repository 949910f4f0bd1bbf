import { utf8 } from "../../lib/bytes.ts";
import type { SealedEvent } from "../../lib/sealed/event.ts";
import type { KeptState } from "../../lib/sealed/sealed_room.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  asking,
  type Device,
  founded,
  kindsOf,
  type LogServer,
} from "./support.ts";

/** What is done, how often out of a hundred. */
const OPERATIONS = [
  [20, "say"],
  [4, "nonsense"],
  [20, "join"],
  [8, "rekey"],
  [4, "remove"],
  [3, "leave"],
  [6, "resync"],
  [8, "race"],
  [8, "crash"],
  [5, "crash before sending"],
  [4, "restore a backup"],
  [10, "go or come"],
] as const;

type Operation = typeof OPERATIONS[number][1];

/** A device, and what the test knows of it. */
interface Peer {
  readonly device: Device;
  isOnline: boolean;
  /** Texts it must read still, in the order of the log. */
  readonly due: string[];
  backup: { readonly kept: KeptState; readonly at: number } | undefined;
}

/** Counts of what was done, for a report. */
export interface RandomReport {
  readonly operations: Readonly<Record<string, number>>;
  readonly messages: number;
  readonly largest: number;
  readonly turn: number;
}

/** Reproducible chance: xorshift, 32 bits. */
export function chance(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** A room, its people and what happens to them; every law is asserted. */
export class RandomGroup {
  readonly #random: (below: number) => number;
  readonly #server: LogServer;
  readonly #secret: Uint8Array<ArrayBuffer>;
  readonly #max: number;
  readonly #counts: Record<string, number> = {};
  #peers: Peer[];
  #names = 1;
  #messages = 0;
  #largest = 1;

  private constructor(
    random: (below: number) => number,
    room: Awaited<ReturnType<typeof founded>>,
    max: number,
  ) {
    this.#random = random;
    this.#server = room.server;
    this.#secret = room.secret;
    this.#peers = [peerOf(room.founder)];
    this.#max = max;
  }

  static async start(seed: number, max: number): Promise<RandomGroup> {
    return new RandomGroup(chance(seed), await founded("user0"), max);
  }

  get report(): RandomReport {
    return {
      operations: this.#counts,
      messages: this.#messages,
      largest: this.#largest,
      turn: this.#server.head.turn,
    };
  }

  /** Does something, lets all who are there read, and compares them. */
  async step(): Promise<void> {
    const operation = this.#choose();
    this.#counts[operation] = (this.#counts[operation] ?? 0) + 1;
    await this.#perform(operation);
    for (const peer of this.#peers.filter(({ isOnline }) => isOnline)) {
      await this.#read(peer);
    }
    await this.#compare();
  }

  #choose(): Operation {
    if (this.#peers.length < 3) return "join";
    let rest = this.#random(100);
    for (const [weight, operation] of OPERATIONS) {
      if (rest < weight) return operation;
      rest -= weight;
    }
    return "say";
  }

  async #perform(operation: Operation): Promise<void> {
    const peer = this.#anyOnline();
    const { room } = peer.device;
    switch (operation) {
      case "say":
        return await this.#say(peer);
      case "join":
        return await this.#join();
      case "rekey":
        await room.propose({ kind: "rekey" });
        return this.#send(peer);
      case "remove":
        return await this.#remove(peer);
      case "leave":
        this.#server.say(await room.sealLeaving());
        await this.#read(peer);
        return await this.#removeAll([peer], this.#anyOnline(peer));
      case "resync":
        return await this.#resync(peer);
      case "race":
        return await this.#race();
      case "crash":
        return await this.#crash(peer);
      case "crash before sending":
        await room.propose({ kind: "rekey" });
        await this.#crash(peer);
        return this.#send(peer); // the very bytes that were kept
      case "restore a backup":
        return await this.#restoreBackup(peer);
      case "nonsense":
        return await this.#nonsense();
      case "go or come":
        return this.#toggle();
    }
  }

  async #say(peer: Peer): Promise<void> {
    const text = `message ${this.#messages++} of ${peer.device.name}`;
    this.#server.say(await peer.device.room.seal(utf8(text)));
    for (const other of this.#peers) if (other !== peer) other.due.push(text);
  }

  async #join(): Promise<void> {
    if (this.#peers.length >= this.#max) return;
    const name = `user${this.#names++}`;
    const device = await asking(this.#server, this.#secret, name);
    const peer = peerOf(device);
    this.#send(peer);
    await this.#read(peer);
    this.#peers.push(peer);
    this.#largest = Math.max(this.#largest, this.#peers.length);
  }

  async #remove(by: Peer): Promise<void> {
    const others = this.#peers.filter((peer) => peer !== by);
    const count = Math.min(1 + this.#random(3), others.length - 1);
    const start = this.#random(others.length);
    const chosen = Array.from({ length: count }, (_, i) => (
      others[(start + i) % others.length] as Peer
    ));
    if (chosen.length > 0) await this.#removeAll(chosen, by);
  }

  async #removeAll(chosen: readonly Peer[], by: Peer): Promise<void> {
    const members = chosen.map(({ device }) => device.identity.publicKey);
    await this.#read(by);
    await by.device.room.propose({ kind: "remove", members });
    this.#send(by);
    this.#peers = this.#peers.filter((peer) => !chosen.includes(peer));
    for (const peer of chosen) {
      await peer.device.catchUp(this.#server);
      assertEquals(peer.device.room.standing, "excluded");
    }
  }

  async #resync(peer: Peer): Promise<void> {
    await peer.device.room.rejoin(this.#server.head);
    this.#send(peer);
  }

  /** Some propose at once, and say something before they know who was first. */
  async #race(): Promise<void> {
    const online = this.#peers.filter(({ isOnline }) => isOnline);
    const racers = online.slice(0, 2 + this.#random(3));
    for (const { device } of racers) {
      await device.room.propose({ kind: "rekey" });
    }
    const start = this.#random(racers.length);
    const orders = racers.map((_, i) => {
      const { device } = racers[(start + i) % racers.length] as Peer;
      const proposal = device.room.proposal;
      return proposal !== undefined && this.#server.propose(proposal);
    });
    assertEquals(orders.filter(Boolean).length, 1);
    for (const peer of racers) await this.#say(peer);
  }

  async #crash(peer: Peer): Promise<void> {
    await peer.device.crash();
  }

  /** The disk comes back as it was some time ago. */
  async #restoreBackup(peer: Peer): Promise<void> {
    const { backup, device } = peer;
    peer.backup = { kept: device.keeper.kept, at: device.at };
    if (backup === undefined) return;
    await device.crash(backup.kept);
    device.at = backup.at;
    await device.catchUp(this.#server);
    peer.due.length = 0; // read again, or lost with the backup: not counted
    peer.backup = undefined;
    const { room } = device;
    if (!room.isStale && room.turn === this.#server.head.turn) {
      if (room.standing === "member") return;
    }
    await this.#resync(peer);
  }

  /** Whoever has a connection can have this ordered; nobody is stopped by it. */
  async #nonsense(): Promise<void> {
    const commit = crypto.getRandomValues(new Uint8Array(300));
    const { turn } = this.#server.head;
    assert(this.#server.propose({ turn, commit, groupInfo: commit }));
    const peer = this.#anyOnline();
    await this.#read(peer);
    this.#server.head = await peer.device.room.head();
  }

  #toggle(): void {
    const peer = this.#peers[this.#random(this.#peers.length)] as Peer;
    const online = this.#peers.filter(({ isOnline }) => isOnline);
    if (peer.isOnline && online.length < 3) return;
    peer.isOnline = !peer.isOnline;
  }

  #send({ device }: Peer): void {
    const { proposal } = device.room;
    assert(proposal !== undefined && this.#server.propose(proposal));
  }

  async #read(peer: Peer): Promise<void> {
    const events = await peer.device.catchUp(this.#server);
    assertEquals(kindsOf(events).filter(isTrouble), []);
    for (const text of textsOf(events)) assertEquals(text, peer.due.shift());
    assertEquals(peer.due, [], `${peer.device.name} misses messages`);
    for (const event of events) {
      if (event.kind === "message") assertEquals(event.missing, 0);
    }
  }

  async #compare(): Promise<void> {
    const names = this.#peers.map(({ device }) => device.name).toSorted();
    const fingerprints = new Set<string>();
    for (const { device, isOnline } of this.#peers) {
      if (!isOnline) continue;
      const { room } = device;
      fingerprints.add(room.epochFingerprint ?? "none");
      const members = await room.members();
      assertEquals(members.map(({ name }) => name).toSorted(), names);
    }
    assertEquals(fingerprints.size, 1, "members disagree");
  }

  #anyOnline(except?: Peer): Peer {
    const online = this.#peers.filter((peer) =>
      peer.isOnline && peer !== except
    );
    const chosen = online[this.#random(online.length)];
    if (chosen !== undefined) return chosen;
    const other = this.#peers.find((peer) => peer !== except) as Peer;
    other.isOnline = true;
    return other;
  }
}

function peerOf(device: Device): Peer {
  return { device, isOnline: true, due: [], backup: undefined };
}

function isTrouble(kind: string): boolean {
  const fine = [
    "message",
    "echo",
    "leaving",
    "joined",
    "rejoined",
    "left",
    "removed",
    "rekeyed",
    "confirmed",
    "lost",
    "damaged", // nonsense, which nothing else is sealed like
  ];
  return !fine.includes(kind);
}

function textsOf(events: readonly SealedEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== "message") return [];
    const text = new TextDecoder().decode(event.body);
    assert(text.endsWith(` of ${event.from.name}`), "wrong author");
    return [text];
  });
}
