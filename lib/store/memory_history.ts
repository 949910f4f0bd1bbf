import type {
  History,
  NewEntry,
  NewRoom,
  OwnedName,
  Page,
  PageLimits,
  Receipt,
  Retention,
  RoomRecord,
  SearchResult,
  Sender,
  StoredEntry,
} from "../room/history.ts";
import { MemoryRoom } from "./memory_room.ts";
import { MemorySenders } from "./memory_senders.ts";

/** How much a history in memory holds. */
export interface MemoryOptions {
  /** Entries of each room that are kept; 0 keeps none, just their numbers. */
  readonly keepLast: number;
}

/**
 * A history that ends with the process: for servers that shall remember nothing
 * (`--no-history`), and for tests. It never is full, nor damaged.
 */
export class MemoryHistory implements History {
  readonly #rooms: MemoryRoom[] = [];
  readonly #senders = new MemorySenders();
  readonly #names = new Map<string, OwnedName>();
  readonly #options: MemoryOptions;

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.createRoom({ name: "lobby", form: "lobby" });
  }

  /** Bytes of the payloads that are kept. */
  get bytes(): number {
    return this.#rooms.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  *rooms(): Iterable<RoomRecord> {
    for (const room of this.#rooms) yield room.record;
  }

  room(number: number): RoomRecord | undefined {
    return this.#rooms[number]?.record;
  }

  roomNamed(form: string): RoomRecord | undefined {
    return this.#rooms.find((room) => room.form === form)?.record;
  }

  createRoom(room: NewRoom): RoomRecord {
    if (this.roomNamed(room.form) !== undefined) {
      throw new Error(`Cannot create room ${room.form}: it exists`);
    }
    const created = new MemoryRoom(this.#rooms.length, room);
    this.#rooms.push(created);
    return created.record;
  }

  append(batch: readonly NewEntry[]): void {
    this.#check(batch);
    for (const entry of batch) {
      this.#rooms[entry.room]?.append(entry, this.#options.keepLast);
      this.#senders.note(entry);
    }
  }

  sent(sender: Sender, number: number): Receipt | "forgotten" | undefined {
    return this.#senders.receipt(sender, number);
  }

  lastNumber(sender: Sender): number | undefined {
    return this.#senders.last(sender);
  }

  read(room: number, options: PageLimits & { readonly after: number }): Page {
    return (this.#rooms[room] ?? NO_ROOM).read(options);
  }

  readBefore(
    room: number,
    options: PageLimits & { readonly before?: number } = {},
  ): Page {
    return (this.#rooms[room] ?? NO_ROOM).readBefore(options);
  }

  *entries(room: number): Iterable<StoredEntry> {
    yield* (this.#rooms[room] ?? NO_ROOM).entries();
  }

  search(
    room: number,
    words: string,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): SearchResult {
    return (this.#rooms[room] ?? NO_ROOM).search(words, options);
  }

  index(): boolean {
    return false;
  }

  prune(retention: Retention): boolean {
    const { olderThan, keepLast, maxBytes, sendersIdleSince } = retention;
    for (const room of this.#rooms) room.prune({ olderThan, keepLast });
    while (maxBytes !== undefined && this.bytes > Math.max(0, maxBytes)) {
      const oldest = this.#rooms.reduce((a, b) =>
        (b.oldestAt ?? Infinity) < (a.oldestAt ?? Infinity) ? b : a
      );
      oldest.drop(1);
      oldest.prune({ olderThan }); // what was behind it may be older
    }
    if (sendersIdleSince !== undefined) this.#senders.forget(sendersIdleSince);
    return false;
  }

  *names(): Iterable<OwnedName> {
    yield* [...this.#names.values()].sort((a, b) => a.seen - b.seen);
  }

  saveName(name: OwnedName): void {
    for (const [owner, { form }] of this.#names) {
      if (form === name.form) this.#names.delete(owner);
    }
    this.#names.set(name.owner.toHex(), name);
  }

  forgetName(owner: Uint8Array): void {
    this.#names.delete(owner.toHex());
  }

  [Symbol.dispose](): void {}

  /** Refuses what would break a log, before anything has changed. */
  #check(batch: readonly NewEntry[]): void {
    const next = new Map<number, number>();
    const sent = new Set<string>();
    for (const entry of batch) {
      const { room, seq } = entry;
      const expected = next.get(room) ?? (this.room(room)?.seq ?? NaN) + 1;
      const key = entry.sent && this.#senders.unusedKey(entry.sent);
      if (seq !== expected || key === null || (key && sent.has(key))) {
        throw new Error(`Cannot append entry ${seq} of room ${room}`);
      }
      next.set(room, seq + 1);
      if (key) sent.add(key);
    }
  }
}

/** What a room that does not exist has to say. */
const NO_ROOM = new MemoryRoom(-1, { name: "", form: "" });
