/**
 * Sections 11.2 to 11.8 of docs/protocol.md: one who loses nothing across
 * connections, and checks what it is sent. It has no keys of what is sealed.
 */
import { decodeItems, type Item } from "./cbor.ts";
import { ReaderClient } from "./client.ts";
import { type Bytes, random, same } from "./primitives.ts";

/** Entries that a log keeps, and those that pass, by the number of the message. */
const KEPT = [32, 33, 36, 37, 41, 42, 43];
const PASSING = [34, 35, 38, 39, 40];

/** A message as the array it is. */
export type Message = readonly Item[];

/** Where a server is, and which one it must be. */
export interface Place {
  readonly port: number;
  readonly pin: string;
}

/** One device of one identity, with what it keeps between connections. */
export class ReaderMember {
  #place: Place;
  readonly #identitySeed: Bytes;
  readonly #device: Bytes = random(16);
  /** The newest entry that was taken of each room. */
  readonly positions = new Map<number, { seq: number; at: number }>();
  /** What was said and is not answered, by its number. */
  readonly outbox = new Map<number, Message>();
  /** Entries of all rooms that were taken, in their order. */
  readonly entries: Message[] = [];
  /** What was answered under a number: the seq, or the code of a refusal. */
  readonly outcomes = new Map<number, Item>();
  /** Rooms by their numbers, as `room` told them. */
  readonly rooms = new Map<number, Message>();
  /** Why a connection ended, if the server said so. */
  goodbye: Item | undefined;
  #client: ReaderClient | undefined;
  #log: Bytes | undefined;
  #lastNumber = 0;
  #lastId = 0;
  /** What each request that waits was for. */
  readonly #asked = new Map<number, Message>();
  readonly #following = new Set<number>();
  #answers: Message[] = [];

  constructor(place: Place, identitySeed: Bytes = random(32)) {
    this.#place = place;
    this.#identitySeed = identitySeed;
  }

  /** The same server is at another port now. */
  moveTo(port: number): void {
    this.#place = { ...this.#place, port };
  }

  /** Entries of a room that its log keeps, as far as they were taken. */
  kept(room: number): Message[] {
    return this.entries.filter((entry) =>
      KEPT.includes(entry[0] as number) && entry[1] === room
    );
  }

  /** Connects, enters, follows every room and sends again what waits. */
  async connect(name: string | null): Promise<void> {
    const { port, pin } = this.#place;
    this.#following.clear();
    this.#asked.clear();
    this.#lastId = 0;
    const client = await ReaderClient.connect(port, pin, this.#identitySeed);
    this.#client = client;
    await client.send([[1, 1, name, this.#device, null]]);
    await this.until(() => this.#following.has(0));
    for (const [number, [kind, room, text]] of this.outbox) {
      await this.#ask([kind, room, number, text] as Item[]);
    }
  }

  /** Says something in a room, or keeps it until there is a connection. */
  async say(room: number, text: string): Promise<number> {
    const number = ++this.#lastNumber;
    this.outbox.set(number, [2, room, text]);
    if (this.#client !== undefined) await this.#ask([2, room, number, text]);
    return number;
  }

  /** Asks something, such as `[6, "garden"]`; returns the answer. */
  async ask(request: Message): Promise<Message> {
    await this.#ask(request);
    const id = this.#lastId;
    await this.until(() => this.#answers.some((answer) => answer[1] === id));
    const answer = this.#answers.find((answer) => answer[1] === id) as Message;
    this.#answers = this.#answers.filter((other) => other !== answer);
    return answer;
  }

  /** Everything that may be read of a room, from the newest page back. */
  async history(room: number, limit: number): Promise<Message[]> {
    const found: Message[] = [];
    for (let before: Item = null;;) {
      const page: Message = await this.ask([12, room, before, limit]);
      if (page[0] !== 27 || page[2] !== room) throw new Error("CHAT_PROTOCOL");
      const entries = decodeItems(page[4] as Bytes) as Message[];
      found.unshift(...entries);
      found.forEach((entry, i) => {
        const isNext = entry[2] === (found[0]?.[2] as number) + i;
        if (!KEPT.includes(entry[0] as number) || !isNext) throw disorder();
      });
      before = page[3] ?? null;
      if (before === null) return found;
      if (before !== found[0]?.[2]) throw disorder();
    }
  }

  /** Takes what the server sends until something is so. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      const message = await this.#client?.receive();
      if (message === undefined) throw new Error("CHAT_CONNECTION_CUT");
      await this.#take(message);
    }
  }

  /** The connection is lost: nothing more is said or read. */
  cut(): void {
    this.#client?.cut();
    this.#client = undefined;
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  /** Sends a request, under the next id. */
  async #ask([kind = 0, ...rest]: Message): Promise<void> {
    const request = [kind, ++this.#lastId, ...rest];
    this.#asked.set(this.#lastId, request);
    await this.#client?.send([request]);
  }

  async #take(message: Message): Promise<void> {
    const [kind] = message as [number];
    switch (kind) {
      case 17:
        return this.#enter(message);
      case 22:
        this.goodbye = message[1];
        return;
      case 23:
        return await this.#belong(message);
      case 31:
        this.#leave(message[1] as number);
        return;
    }
    if (KEPT.includes(kind) || PASSING.includes(kind)) {
      return this.#takeEntry(message);
    }
    const asked = this.#asked.get(message[1] as number);
    if (asked === undefined) throw new Error("CHAT_PROTOCOL");
    const hasMore = [20, 26, 28].includes(kind) && message.includes(true);
    if (!hasMore) this.#asked.delete(message[1] as number);
    if (kind === 24) return this.#begin(message, asked);
    if (asked[0] !== 2) {
      this.#answers.push(message);
      return;
    }
    const number = asked[3] as number;
    this.outbox.delete(number);
    this.outcomes.set(number, message[2] as Item);
  }

  /** Sections 11.4, "log", and 11.6, "number". */
  #enter(message: Message): void {
    const [log, number] = message.slice(6) as [Bytes, number];
    if (this.#log !== undefined && !same(this.#log, log)) {
      throw new Error("CHAT_LOG_CHANGED");
    }
    this.#log = log;
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  async #belong(message: Message): Promise<void> {
    const room = message[1] as number;
    const isNew = !this.rooms.has(room) || !this.#following.has(room);
    this.rooms.set(room, message);
    const isAsked = [...this.#asked.values()]
      .some(([kind, , asked]) => kind === 8 && asked === room);
    if (!isNew || isAsked) return;
    await this.#ask([8, room, this.positions.get(room)?.seq ?? null]);
  }

  #leave(room: number): void {
    this.rooms.delete(room);
    this.positions.delete(room);
    this.#following.delete(room);
  }

  /** Section 11.4, "following". */
  #begin(message: Message, asked: Message): void {
    const [room, after, at] = message.slice(2) as [number, number, number];
    const had = this.positions.get(room);
    if (asked[2] !== room) throw new Error("CHAT_PROTOCOL");
    if (had !== undefined) {
      if (after !== had.seq) throw disorder();
      if (at !== had.at && at !== 0 && had.at !== 0) throw disorder();
    }
    this.#following.add(room);
    this.positions.set(room, { seq: after, at });
  }

  #takeEntry(message: Message): void {
    const [kind, room, seq, at] = message as [number, number, number, number];
    const last = this.positions.get(room)?.seq;
    if (last === undefined || !this.#following.has(room)) throw disorder();
    const isKept = KEPT.includes(kind);
    if (seq !== (isKept ? last + 1 : last)) throw disorder();
    if (isKept) this.positions.set(room, { seq, at });
    this.entries.push(message);
  }
}

function disorder(): Error {
  return new Error("CHAT_PROTOCOL");
}
