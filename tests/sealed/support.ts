import { type Bytes, utf8 } from "../../lib/bytes.ts";
import {
  generateIdentity,
  type Identity,
} from "../../lib/identity/identity.ts";
import type { SealedEvent } from "../../lib/sealed/event.ts";
import type { RoomHead } from "../../lib/sealed/propose.ts";
import { generateRoomSecret } from "../../lib/sealed/room_secret.ts";
import type { Proposal } from "../../lib/sealed/room_state.ts";
import {
  type KeptState,
  SealedRoom,
  type StateKeeper,
  type StateWrite,
} from "../../lib/sealed/sealed_room.ts";

/** What a server has ordered. */
export type Entry =
  | { readonly kind: "commit"; readonly turn: number; readonly bytes: Bytes }
  | { readonly kind: "message"; readonly bytes: Bytes };

/** Keeps a state in memory, as a disk would. */
export class MemoryKeeper implements StateKeeper {
  kept: KeptState = { whole: new Uint8Array(0), changes: [] };
  /** Writes so far; what was to be sent with the last one. */
  writes = 0;
  outgoing: Bytes | undefined;
  /** Whether the next write fails. */
  isFull = false;

  keep({ kind, bytes, outgoing }: StateWrite): void {
    if (this.isFull) throw new Error("disk full");
    this.writes += 1;
    this.outgoing = outgoing;
    this.kept = kind === "whole"
      ? { whole: bytes, changes: [] }
      : { ...this.kept, changes: [...this.kept.changes, bytes] };
  }
}

/** An honest server: one log, commits ordered by compare-and-set on the turn. */
export class LogServer {
  readonly log: Entry[] = [];
  head: RoomHead;

  constructor(head: RoomHead) {
    this.head = head;
  }

  /** Whether the proposal was ordered. */
  propose({ turn, commit, groupInfo }: Proposal): boolean {
    if (turn !== this.head.turn) return false;
    this.head = { turn: turn + 1, groupInfo };
    this.log.push({ kind: "commit", turn: turn + 1, bytes: commit });
    return true;
  }

  say(bytes: Bytes): void {
    this.log.push({ kind: "message", bytes });
  }
}

/** A device of somebody: its room, its disk, how far it has read. */
export class Device {
  readonly events: SealedEvent[] = [];
  at = 0;

  constructor(
    readonly name: string,
    readonly identity: Identity,
    readonly keeper: MemoryKeeper,
    public room: SealedRoom,
  ) {}

  /** Reads one entry. */
  async read(entry: Entry): Promise<readonly SealedEvent[]> {
    const events = entry.kind === "commit"
      ? await this.room.receiveCommit(entry)
      : await this.room.receiveMessage(entry.bytes);
    this.events.push(...events);
    return events;
  }

  /** Reads what the server has, and says so. */
  async catchUp(server: LogServer): Promise<readonly SealedEvent[]> {
    const events: SealedEvent[] = [];
    for (; this.at < server.log.length; this.at++) {
      events.push(...await this.read(server.log[this.at] as Entry));
    }
    if (this.room.standing === "member") {
      events.push(...this.room.settle(server.head.turn));
    }
    return events;
  }

  /** The process dies; another goes on from what was kept. */
  async crash(kept = this.keeper.kept): Promise<void> {
    const { identity, keeper } = this;
    keeper.kept = kept;
    this.room = await SealedRoom.restore(kept, { identity, keeper });
  }
}

/** A new room with its founder. */
export async function founded(
  name = "alice",
): Promise<{ server: LogServer; founder: Device; secret: Bytes }> {
  const secret = generateRoomSecret();
  const identity = await generateIdentity();
  const keeper = new MemoryKeeper();
  const room = await SealedRoom.create({ identity, keeper, secret, name });
  const founder = new Device(name, identity, keeper, room);
  return { server: new LogServer(await room.head()), founder, secret };
}

/** Somebody who asks to join; nothing is ordered yet. */
export async function asking(
  server: LogServer,
  secret: Bytes,
  name: string,
  identity?: Identity,
): Promise<Device> {
  identity ??= await generateIdentity();
  const keeper = new MemoryKeeper();
  const options = { identity, keeper, secret, name };
  const room = await SealedRoom.join(server.head, options);
  const device = new Device(name, identity, keeper, room);
  device.at = server.log.length;
  return device;
}

/** A room of `names`, all of whom have read everything. */
export async function roomOf(
  ...names: readonly string[]
): Promise<{ server: LogServer; secret: Bytes; devices: Device[] }> {
  const [first, ...others] = names;
  const { server, founder, secret } = await founded(first);
  const devices = [founder];
  for (const name of others) {
    const device = await asking(server, secret, name);
    propose(server, device);
    devices.push(device);
    for (const each of devices) await each.catchUp(server);
  }
  for (const each of devices) each.events.length = 0;
  return { server, secret, devices };
}

/** Sends what waits for its turn; throws when another was first. */
export function propose(server: LogServer, { room }: Device): void {
  if (room.proposal === undefined || !server.propose(room.proposal)) {
    throw new Error("not ordered");
  }
}

/** Says something to the room. */
export async function say(
  server: LogServer,
  { room }: Device,
  text: string,
): Promise<void> {
  server.say(await room.seal(utf8(text)));
}

/** The words of the messages among `events`. */
export function textsOf(events: readonly SealedEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "message"
      ? [`${event.from.name}: ${new TextDecoder().decode(event.body)}`]
      : []
  );
}

/** Kinds of events, with reasons: what happened, in short. */
export function kindsOf(events: readonly SealedEvent[]): readonly string[] {
  return events.map((event) =>
    event.kind === "unreadable" ? event.reason : event.kind
  );
}
