import type { DataDirectory } from "./data_directory.ts";
import type { Database, Query } from "./database.ts";
import type {
  History,
  NewEntry,
  NewRoom,
  OwnedName,
  Receipt,
  Retention,
  RoomRecord,
  SearchResult,
  Sender,
} from "../room/history.ts";
import { NameTable } from "./name_table.ts";
import { Pruner } from "./pruner.ts";
import type { Quota } from "./quota.ts";
import { createRoom } from "./room_table.ts";
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
  readonly #names: NameTable;
  readonly #pruner: Pruner;
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
    this.#names = new NameTable(db);
    this.#pruner = new Pruner(db, { quota: parts.quota, words: this.#words });
    this.#insert = db.query(
      "INSERT INTO entry (id, at, payload) VALUES ((?1 << 40) + ?2, ?3, ?4)",
    );
    this.#retitle = db.query("UPDATE room SET topic = ? WHERE number = ?");
  }

  createRoom(room: NewRoom): RoomRecord {
    return createRoom(this.#db, room);
  }

  append(batch: readonly NewEntry[]): void {
    if (batch.length === 0) return;
    this.#quota.check(batch.reduce((n, { payload }) => n + payload.length, 0));
    this.#db.transaction(() => {
      for (const entry of batch) this.#append(entry);
      this.#words.keepUp(batch.length);
    });
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

  names(): Iterable<OwnedName> {
    return this.#names.all();
  }

  saveName(name: OwnedName): void {
    this.#names.save(name);
  }

  forgetName(owner: Uint8Array): void {
    this.#names.forget(owner);
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#directory[Symbol.dispose](); // last: until then the file is ours
  }

  #append(entry: NewEntry): void {
    const { room, seq, at, payload, topic } = entry;
    try {
      this.#insert.run(room, seq, at, payload);
      this.#sent.note(entry);
    } catch (error) {
      if (error instanceof Error && "errcode" in error) {
        const what = `entry ${seq} of room ${room}`;
        const message = `Cannot append ${what}: ${error.message}`;
        throw new Error(message, { cause: error });
      }
      throw error;
    }
    this.#words.add(entry);
    if (topic !== undefined) this.#retitle.run(topic, room);
  }
}
