import type { Database } from "./database.ts";
import { EntryTable } from "./entry_table.ts";
import { GroupTable } from "./group_table.ts";
import type { GroupRecord } from "../room/group_record.ts";
import type {
  HistoryReader,
  Page,
  PageLimits,
  RoomRecord,
  StoredEntry,
} from "../room/history.ts";
import type { OwnedName } from "../room/registry.ts";
import { NameTable } from "./name_table.ts";
import type { Quota } from "./quota.ts";
import { RoomTable } from "./room_table.ts";

/** What can be read of a SQLite file, also beside the server that writes it. */
export class SqliteReader implements HistoryReader {
  readonly #db: Database;
  readonly #quota: Quota;
  readonly #entries: EntryTable;
  readonly #rooms: RoomTable;
  readonly #groups: GroupTable;

  /** Use {@linkcode openHistory} or {@linkcode readHistory}. */
  constructor(db: Database, quota: Quota) {
    this.#db = db;
    this.#quota = quota;
    this.#entries = new EntryTable(db);
    this.#rooms = new RoomTable(db);
    this.#groups = new GroupTable(db);
  }

  get bytes(): number {
    return this.#quota.usedBytes;
  }

  rooms(): Iterable<RoomRecord> {
    return this.#rooms.all();
  }

  room(number: number): RoomRecord | undefined {
    return this.#rooms.room(number);
  }

  roomNamed(form: string): RoomRecord | undefined {
    return this.#rooms.named(form);
  }

  group(room: number): GroupRecord | undefined {
    return this.#groups.of(room);
  }

  read(room: number, options: PageLimits & { readonly after: number }): Page {
    return this.#entries.read(room, options);
  }

  readBefore(
    room: number,
    options: PageLimits & { readonly before?: number } = {},
  ): Page {
    return this.#entries.readBefore(room, options);
  }

  timeOf(room: number, seq: number): number | undefined {
    return this.#entries.timeOf(room, seq);
  }

  entries(room: number): Iterable<StoredEntry> {
    return this.#entries.entries(room);
  }

  /** See `RegistryReader.names`. */
  names(): Iterable<OwnedName> {
    return new NameTable(this.#db).all();
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }
}
