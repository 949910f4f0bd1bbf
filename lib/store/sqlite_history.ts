import {
  changeBytes,
  entryBytes,
  introductionBytes,
  sumOf,
} from "./blob_bytes.ts";
import type { DataDirectory } from "./data_directory.ts";
import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import type {
  History,
  NewEntry,
  NewRoom,
  Receipt,
  Retention,
  RoomRecord,
  SearchResult,
  Sender,
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
import { GroupTable } from "./group_table.ts";
import { InvitationTable } from "./invitation_table.ts";
import { requireGroup } from "./next_group.ts";
import { Pruner } from "./pruner.ts";
import type { Quota } from "./quota.ts";
import { onlyRemoves, RegistryTables } from "./registry_tables.ts";
import { changeRoom, createRoom, removeRoom } from "./room_table.ts";
import { SentTable } from "./sent_table.ts";
import { SqliteReader } from "./sqlite_reader.ts";
import { WordIndex } from "./word_index.ts";
import { WordSearch } from "./word_search.ts";

/** A history in a SQLite file that this process alone writes. */
export class SqliteHistory extends SqliteReader implements History {
  readonly #db: Database;
  readonly #directory: DataDirectory;
  readonly #quota: Quota;
  readonly #sent: SentTable;
  readonly #words: WordIndex;
  readonly #search: WordSearch;
  readonly #registry: RegistryTables;
  readonly #invitations: InvitationTable;
  readonly #pruner: Pruner;
  readonly #groups: GroupTable;
  readonly #insert: Query<never>;
  readonly #retitle: Query<never>;

  /** Use {@linkcode openHistory}. */
  constructor(
    db: Database,
    parts: { readonly directory: DataDirectory; readonly quota: Quota },
  ) {
    super(db, parts.quota);
    this.#db = db;
    this.#directory = parts.directory;
    this.#quota = parts.quota;
    this.#sent = new SentTable(db);
    this.#words = new WordIndex(db);
    this.#search = new WordSearch(db, this.#words);
    this.#registry = new RegistryTables(db);
    this.#invitations = new InvitationTable(db);
    this.#pruner = new Pruner(db, { quota: parts.quota, words: this.#words });
    this.#groups = new GroupTable(db);
    this.#insert = db.query(
      `INSERT INTO entry (id, at, payload, turn) VALUES (${
        entryId(1, 2)
      }, ?3, ?4, ?5)`,
    );
    this.#retitle = db.query("UPDATE room SET topic = ? WHERE number = ?");
  }

  get logId(): Uint8Array {
    return this.#registry.logId;
  }

  createRoom(room: NewRoom, members: readonly Uint8Array[] = []): RoomRecord {
    requireGroup(room);
    const { group } = room;
    if (group === undefined) this.#quota.checkSmall();
    else this.#quota.check(introductionBytes(group));
    return this.#db.transaction(() => {
      const number = createRoom(this.#db, room);
      if (group !== undefined) this.#groups.found(number, group, "sealed");
      for (const owner of members) {
        const start = { since: 0, delivered: 0, read: 0 };
        const member = { room: number, owner, ...start };
        this.#make({ kind: "member", member });
      }
      return this.room(number) as RoomRecord;
    });
  }

  append(batch: readonly NewEntry[], changes: readonly Change[] = []): void {
    if (batch.length === 0 && changes.length === 0) return;
    const bytes = sumOf(batch, entryBytes) + sumOf(changes, changeBytes);
    if (bytes > 0) {
      this.#quota.check(bytes);
    } else if (!changes.every(onlyRemoves)) {
      this.#quota.checkSmall();
    }
    this.#db.transaction(() => {
      for (const entry of batch) this.#append(entry);
      for (const change of changes) this.#make(change);
      if (batch.length > 0) this.#words.keepUp(batch.length);
    });
  }

  requireSpace(bytes: number): void {
    this.#quota.check(bytes);
  }

  saveAddresses(addresses: readonly string[]): void {
    this.#db.transaction(() => this.#registry.saveAddresses(addresses));
  }

  sent(sender: Sender, number: number): Receipt | "forgotten" | undefined {
    return this.#sent.receipt(sender, number);
  }

  lastNumber(sender: Sender): number | undefined {
    return this.#sent.last(sender);
  }

  search(
    room: number,
    words: string,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): SearchResult {
    const record = this.room(room);
    if (record === undefined) return { hits: [], rest: undefined };
    return this.#search.search(record, words, options);
  }

  index(): boolean {
    return this.#words.step();
  }

  prune(retention: Retention): boolean {
    return this.#pruner.prune(retention);
  }

  override names(): Iterable<OwnedName> {
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

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#directory[Symbol.dispose](); // last: until then the file is ours
  }

  #append(entry: NewEntry): void {
    const { room, seq, at, payload, topic, group } = entry;
    const turn = group?.kind === "committed" ? group.turn : null;
    sayWhat(`append entry ${seq} of room ${room}`, () => {
      this.#insert.run(room, seq, at, payload, turn);
      if (group !== undefined) this.#groups.change(room, group);
      this.#sent.note(entry);
    });
    this.#words.add(entry);
    if (topic !== undefined) this.#retitle.run(topic, room);
  }

  /** Within a transaction; may be repeated. */
  #removeRoom(number: number): void {
    const room = this.room(number);
    if (room === undefined) return;
    if (number === 0) throw new Error("Cannot remove room 0: it stays");
    this.#words.remove(number, room.firstSeq, room.seq);
    removeRoom(this.#db, number);
  }

  #make(change: Change): void {
    sayWhat(`make a change, ${change.kind}`, () => {
      switch (change.kind) {
        case "hand over":
          return this.#sent.handOver(change.owner, change.next);
        case "room":
          return changeRoom(this.#db, change);
        case "remove room":
          return this.#removeRoom(change.room);
        case "group info":
          return this.#groups.refresh(change);
        default:
          return this.#registry.make(change);
      }
    });
  }
}

/** Makes a constraint that was broken, a bug, say what broke it. */
function sayWhat(what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && "errcode" in error) {
      const message = `Cannot ${what}: ${error.message}`;
      throw new Error(message, { cause: error });
    }
    throw error;
  }
}
