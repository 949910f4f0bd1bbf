import type { Bytes } from "../bytes.ts";
import type {
  RecordRange,
  SealedDatabase,
  StateRecords,
  StoredRecord,
} from "../member/sealed_database.ts";
import type { Database, Query } from "./database.ts";
import type { SealedFolder } from "./sealed_folder.ts";

interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

type Bounds = [from: Uint8Array, before: Uint8Array, limit: number];

/** What a device keeps of its sealed rooms, in a SQLite file and files beside it. */
export class SqliteSealedDatabase implements SealedDatabase {
  readonly #db: Database;
  readonly #folder: SealedFolder;
  readonly #get: Query<Pick<Row, "value">>;
  readonly #forwards: Query<Row>;
  readonly #backwards: Query<Row>;
  readonly #put: Query<never>;
  readonly #drop: Query<never>;
  #isWithin = false;

  /**
   * Use `openSealedDatabase`.
   *
   * @param folder Disposed of when the file is closed.
   */
  constructor(db: Database, folder: SealedFolder) {
    this.#db = db;
    this.#folder = folder;
    const range = "SELECT key, value FROM record WHERE key >= ? AND key < ?";
    this.#get = db.query("SELECT value FROM record WHERE key = ?");
    this.#forwards = db.query(`${range} ORDER BY key LIMIT ?`);
    this.#backwards = db.query(`${range} ORDER BY key DESC LIMIT ?`);
    this.#put = db.query(
      `INSERT INTO record (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    this.#drop = db.query("DELETE FROM record WHERE key = ?");
  }

  get(key: Bytes): Bytes | undefined {
    const row = this.#get.get(key);
    return row && Uint8Array.from(row.value);
  }

  range(range: RecordRange): readonly StoredRecord[] {
    const query = range.backwards ? this.#backwards : this.#forwards;
    return query.all(...boundsOf(range)).map(({ key, value }) => ({
      key: Uint8Array.from(key),
      value: Uint8Array.from(value),
    }));
  }

  put({ key, value }: StoredRecord): void {
    this.transaction(() => this.#put.run(key, value));
  }

  drop(key: Bytes): void {
    this.transaction(() => this.#drop.run(key));
  }

  transaction<T>(run: () => T): T {
    if (this.#isWithin) return run();
    this.#isWithin = true;
    try {
      return this.#db.transaction(run);
    } finally {
      this.#isWithin = false;
    }
  }

  stateOf(group: Bytes): StateRecords {
    return this.#folder.stateOf(group);
  }

  dropState(group: Bytes): void {
    this.#folder.dropState(group);
  }

  [Symbol.dispose](): void {
    using resources = new DisposableStack();
    resources.use(this.#folder); // last: until then the file is ours
    resources.use(this.#db);
  }
}

/** No key is above a prefix followed by more of the highest bytes than it has. */
function boundsOf({ prefix, from, before, limit }: RecordRange): Bounds {
  return [from ?? prefix, before ?? afterAll(prefix), limit];
}

/** The first key that is above all that begin with `prefix`. */
function afterAll(prefix: Bytes): Bytes {
  const end = prefix.findLastIndex((byte) => byte < 0xff);
  const after = prefix.slice(0, end + 1);
  after[end] = (after[end] as number) + 1;
  return after;
}
