import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type {
  RecordRange,
  SealedDatabase,
  StateRecords,
} from "../member/sealed_database.ts";
import type { LocalBox } from "../sealed/local_box.ts";
import { decodeValue, encodeValue } from "./stored_value.ts";

/** The first byte of keys. Append-only: files of every version exist. */
export const TABLES = {
  log: 0,
  group: 1,
  key: 2,
  own: 3,
  ownEnvelope: 4,
  ownGroup: 5,
  thread: 6,
  line: 7,
  retired: 8,
} as const;

/** What is kept in a database, by kind. */
export type Table = keyof typeof TABLES;

/** A value, and the key it is kept under. */
export interface KeyedValue<T> {
  readonly key: Bytes;
  readonly value: T;
}

/**
 * Values in a database, each sealed in its place: whoever has the file without the
 * identity sees how many there are, how long, and when they change.
 */
export class SealedRecords {
  readonly #database: SealedDatabase;
  readonly #box: LocalBox;

  constructor(database: SealedDatabase, box: LocalBox) {
    this.#database = database;
    this.#box = box;
  }

  /** The key of a table and fields of fixed sizes, which sort as they stand. */
  keyOf(table: Table, ...fields: readonly Bytes[]): Bytes {
    return concat(Uint8Array.of(TABLES[table]), ...fields);
  }

  /** What stands for a value in keys. */
  blind(use: string, value: Bytes): Bytes {
    return this.#box.blind(use, value);
  }

  /** @throws {ChatError} `CHAT_DEVICE_DAMAGED` when it was changed or moved. */
  get<T>(key: Bytes): T | undefined {
    const value = this.#database.get(key);
    return value && this.#open<T>(key, value);
  }

  /** Like `get`, but `undefined` also when it was changed or moved. */
  find<T>(key: Bytes): T | undefined {
    const value = this.#database.get(key);
    const opened = value && this.#box.open(value, key);
    return opened && decodeValue<T>(opened);
  }

  /** How long what is kept under a key is there, in bytes. */
  sizeOf(key: Bytes): number {
    return this.#database.get(key)?.length ?? 0;
  }

  /** @throws {ChatError} `CHAT_DEVICE_DAMAGED` when one was changed or moved. */
  range<T>(range: RecordRange): readonly KeyedValue<T>[] {
    return this.#database.range(range).map(({ key, value }) => ({
      key,
      value: this.#open<T>(key, value),
    }));
  }

  /** @returns How long it is, in bytes. */
  put(key: Bytes, value: unknown): number {
    const sealed = this.#box.seal(encodeValue(value), key);
    this.#database.put({ key, value: sealed });
    return sealed.length;
  }

  drop(key: Bytes): void {
    this.#database.drop(key);
  }

  /** Does everything in `run`, or nothing. */
  transaction<T>(run: () => T): T {
    return this.#database.transaction(run);
  }

  stateOf(group: Bytes): StateRecords {
    return this.#database.stateOf(group);
  }

  dropState(group: Bytes): void {
    this.#database.dropState(group);
  }

  close(): void {
    this.#database[Symbol.dispose]();
  }

  #open<T>(key: Bytes, sealed: Bytes): T {
    const opened = this.#box.open(sealed, key);
    if (opened !== undefined) return decodeValue<T>(opened);
    throw new ChatError(
      "CHAT_DEVICE_DAMAGED",
      "Cannot read what this device remembers: a record is not what was kept there",
    );
  }
}

/** A number as a field of a key: 8 bytes, most significant first. */
export function uint64(value: number): Bytes {
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, BigInt(value));
  return field;
}
