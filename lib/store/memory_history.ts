import type { GroupRecord } from "../room/group_record.ts";
import type {
  History,
  NewEntry,
  NewRoom,
  Page,
  PageLimits,
  Receipt,
  Retention,
  RoomRecord,
  SearchResult,
  Sender,
  StoredEntry,
} from "../room/history.ts";
import type {
  Admission,
  Change,
  Invitation,
  OwnedName,
  Redemption,
  RoleHolder,
  RoomMember,
  Sanction,
} from "../room/registry.ts";
import { sumOf } from "./blob_bytes.ts";
import { MemoryInvitations } from "./memory_invitations.ts";
import { MemoryRegistry } from "./memory_registry.ts";
import { MemoryRoom } from "./memory_room.ts";
import { MemorySenders } from "./memory_senders.ts";
import { nextGroup, requireGroup } from "./next_group.ts";

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
  readonly #rooms = new Map<number, MemoryRoom>();
  #nextRoom = 0;
  readonly #senders = new MemorySenders();
  readonly #registry = new MemoryRegistry();
  readonly #invitations = new MemoryInvitations(this.#registry);
  readonly #options: MemoryOptions;

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.createRoom({ name: "lobby", form: "lobby" });
  }

  get logId(): Uint8Array {
    return this.#registry.logId;
  }

  /** Bytes of the payloads that are kept, and of what groups and people have it keep. */
  get bytes(): number {
    return sumOf(this.#rooms.values(), ({ bytes }) => bytes) +
      this.#registry.bytes;
  }

  *rooms(): Iterable<RoomRecord> {
    for (const room of this.#rooms.values()) yield room.record;
  }

  room(number: number): RoomRecord | undefined {
    return this.#rooms.get(number)?.record;
  }

  roomNamed(form: string): RoomRecord | undefined {
    for (const room of this.#rooms.values()) {
      if (room.form === form) return room.record;
    }
    return undefined;
  }

  group(room: number): GroupRecord | undefined {
    return this.#rooms.get(room)?.group ?? undefined;
  }

  createRoom(room: NewRoom, members: readonly Uint8Array[] = []): RoomRecord {
    requireGroup(room);
    if (this.roomNamed(room.form) !== undefined) {
      throw new Error(`Cannot create room ${room.form}: it exists`);
    }
    const number = this.#nextRoom++;
    const created = new MemoryRoom(number, room);
    this.#rooms.set(number, created);
    const { record } = created;
    for (const owner of members) {
      const start = { since: 0, delivered: 0, read: 0 };
      const member = { room: record.number, owner, ...start };
      this.#registry.make({ kind: "member", member });
    }
    return record;
  }

  requireSpace(_bytes: number): void {} // of memory there is enough

  append(batch: readonly NewEntry[], changes: readonly Change[] = []): void {
    this.#check(batch);
    this.#checkChanges(changes);
    for (const entry of batch) {
      this.#rooms.get(entry.room)?.append(entry, this.#options.keepLast);
      this.#senders.note(entry);
    }
    for (const change of changes) this.#make(change);
  }

  saveAddresses(addresses: readonly string[]): void {
    this.#registry.saveAddresses(addresses);
  }

  sent(sender: Sender, number: number): Receipt | "forgotten" | undefined {
    return this.#senders.receipt(sender, number);
  }

  lastNumber(sender: Sender): number | undefined {
    return this.#senders.last(sender);
  }

  read(room: number, options: PageLimits & { readonly after: number }): Page {
    return (this.#rooms.get(room) ?? NO_ROOM).read(options);
  }

  readBefore(
    room: number,
    options: PageLimits & { readonly before?: number } = {},
  ): Page {
    return (this.#rooms.get(room) ?? NO_ROOM).readBefore(options);
  }

  timeOf(room: number, seq: number): number | undefined {
    return this.#rooms.get(room)?.timeOf(seq);
  }

  *entries(room: number): Iterable<StoredEntry> {
    yield* (this.#rooms.get(room) ?? NO_ROOM).entries();
  }

  search(
    room: number,
    words: string,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): SearchResult {
    return (this.#rooms.get(room) ?? NO_ROOM).search(words, options);
  }

  index(): boolean {
    return false;
  }

  prune(retention: Retention): boolean {
    const { olderThan, keepLast, maxBytes, sendersIdleSince } = retention;
    for (const room of this.#rooms.values()) {
      room.prune({ olderThan, keepLast });
    }
    if (maxBytes !== undefined) this.#shrink(Math.max(0, maxBytes), olderThan);
    if (sendersIdleSince !== undefined) this.#senders.forget(sendersIdleSince);
    return false;
  }

  names(): Iterable<OwnedName> {
    return this.#registry.names();
  }

  members(): Iterable<RoomMember> {
    return this.#registry.members();
  }

  roles(): Iterable<RoleHolder> {
    return this.#registry.roles();
  }

  sanctions(): Iterable<Sanction> {
    return this.#registry.sanctions();
  }

  admissions(): Iterable<Admission> {
    return this.#registry.admissions();
  }

  sealingKey(owner: Uint8Array): Uint8Array | undefined {
    return this.#registry.sealingKey(owner);
  }

  addresses(): readonly string[] {
    return this.#registry.addresses();
  }

  invite(invitation: Invitation): void {
    this.#invitations.invite(invitation);
  }

  hasInvitations(at: number): boolean {
    return this.#invitations.hasInvitations(at);
  }

  redeem(redemption: Redemption): boolean {
    return this.#invitations.redeem(redemption);
  }

  [Symbol.dispose](): void {}

  /** Removes the oldest entries, in time that grows with their number. */
  #shrink(maxBytes: number, olderThan: number | undefined): void {
    const newestFirst = [...this.#rooms.values()]
      .filter(({ oldestAt }) => oldestAt !== undefined)
      .sort((a, b) => ageOf(b) - ageOf(a));
    for (let excess = this.bytes - maxBytes; excess > 0;) {
      const oldest = newestFirst.pop();
      if (oldest === undefined) return; // no entries are left
      const [next] = newestFirst.slice(-1);
      const until = next === undefined ? Infinity : ageOf(next);
      excess -= oldest.shrink({ bytes: excess, until, olderThan });
      if (oldest.oldestAt !== undefined) insert(oldest, newestFirst);
    }
  }

  /** Refuses what would break a log, before anything has changed. */
  #check(batch: readonly NewEntry[]): void {
    const next = new Map<number, number>();
    const sent = new Set<string>();
    const groups = new Map<number, GroupRecord>();
    for (const entry of batch) {
      const { room, seq, group } = entry;
      const expected = next.get(room) ?? (this.room(room)?.seq ?? NaN) + 1;
      const key = entry.sent && this.#senders.unusedKey(entry.sent);
      if (seq !== expected || key === null || (key && sent.has(key))) {
        throw new Error(`Cannot append entry ${seq} of room ${room}`);
      }
      if (group !== undefined) groups.set(room, this.#after(entry, groups));
      next.set(room, seq + 1);
      if (key) sent.add(key);
    }
  }

  /** The group of a room after an entry, and those before it in its batch. */
  #after(
    entry: NewEntry,
    before: ReadonlyMap<number, GroupRecord>,
  ): GroupRecord {
    const { kind = "open", group } = this.#rooms.get(entry.room) ?? {};
    const now = { kind, group: before.get(entry.room) ?? group ?? null };
    const next = entry.group && nextGroup(now, entry.group);
    if (next !== undefined) return next;
    throw new Error(`Cannot append entry ${entry.seq} of room ${entry.room}`);
  }

  #checkChanges(changes: readonly Change[]): void {
    const forms = new Map(
      [...this.#rooms].map(([number, { form }]) => [number, form]),
    );
    for (const change of changes) {
      if (change.kind === "remove room") {
        if (change.room === 0) throw new Error("Cannot remove room 0");
        forms.delete(change.room);
      } else if (change.kind === "member") {
        if (forms.has(change.member.room)) continue;
        throw new Error(`Cannot add a member to room ${change.member.room}`);
      } else if (change.kind === "room") {
        const { room, form } = change;
        const taken = [...forms].some(([number, other]) =>
          other === form && number !== room
        );
        if (!forms.has(room) || taken) {
          throw new Error(`Cannot change room ${room}`);
        }
        forms.set(room, form);
      }
    }
  }

  #make(change: Change): void {
    if (change.kind === "hand over") {
      this.#senders.handOver(change.owner, change.next);
    } else if (change.kind === "room") {
      const room = this.#rooms.get(change.room) as MemoryRoom;
      room.form = change.form;
      room.creator = change.creator;
    } else if (change.kind === "remove room") {
      this.#rooms.delete(change.room);
      this.#registry.forgetRoom(change.room);
    } else if (change.kind === "group info") {
      this.#rooms.get(change.room)?.refresh(change);
    } else {
      this.#registry.make(change);
    }
  }
}

/** When the oldest entry of a room that has some came. */
function ageOf(room: MemoryRoom): number {
  return room.oldestAt ?? Infinity;
}

/** Puts a room before those whose oldest entry is older. */
function insert(room: MemoryRoom, newestFirst: MemoryRoom[]): void {
  const age = ageOf(room);
  let [low, high] = [0, newestFirst.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isNewer = ageOf(newestFirst[middle] as MemoryRoom) > age;
    [low, high] = isNewer ? [middle + 1, high] : [low, middle];
  }
  newestFirst.splice(low, 0, room);
}

/** What a room that does not exist has to say. */
const NO_ROOM = new MemoryRoom(-1, { name: "", form: "" });
