import type { Bytes } from "../bytes.ts";

/** A record: bytes under a key, of which the database knows nothing more. */
export interface StoredRecord {
  readonly key: Bytes;
  readonly value: Bytes;
}

/** Which records, and in which order. */
export interface RecordRange {
  /** All keys that begin so. */
  readonly prefix: Bytes;
  /** Only keys from this one on. */
  readonly from?: Bytes;
  /** Only keys before this one. */
  readonly before?: Bytes;
  /** At most so many. */
  readonly limit: number;
  /** Greatest key first. */
  readonly backwards?: boolean;
}

/** The records of one group's state, as `lib/store/sealed_state_file.ts` has them. */
export interface StateRecords {
  read(): {
    readonly records: readonly Bytes[];
    readonly notedCounter: number;
    readonly sameFile: boolean;
  } | undefined;
  replace(records: readonly Bytes[], counter: number): void;
  append(
    record: Bytes,
    counter: number,
    options: { readonly isLazy: boolean },
  ): void;
}

/**
 * Where a device keeps what it remembers of its sealed rooms on one server: records
 * in the order of their keys, byte by byte, and a file for each group's state. What
 * they hold is sealed by who keeps it here. Synchronous: what a call reports is on
 * the disk when it returns. What changes it may throw `CHAT_DEVICE_FULL`, and has
 * then changed nothing.
 */
export interface SealedDatabase extends Disposable {
  get(key: Bytes): Bytes | undefined;
  range(range: RecordRange): readonly StoredRecord[];
  put(record: StoredRecord): void;
  drop(key: Bytes): void;
  /** Does everything in `run`, or nothing. One within another is a part of it. */
  transaction<T>(run: () => T): T;
  /**
   * The state of a group. The same object each time.
   *
   * @param group 32 bytes.
   */
  stateOf(group: Bytes): StateRecords;
  /** Removes the state of a group. */
  dropState(group: Bytes): void;
}
