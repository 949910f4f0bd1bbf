import type { Bytes } from "../../../lib/bytes.ts";
import { ChatError } from "../../../lib/errors.ts";
import type {
  RecordRange,
  SealedDatabase,
  StateRecords,
  StoredRecord,
} from "../../../lib/member/sealed_database.ts";
import { MemorySealedDatabase } from "../../../lib/sealing/memory_sealed_database.ts";

/**
 * A disk that takes so many writes and no more, as for a process that is killed:
 * what it cannot keep, it must not show or send.
 */
export class FailingDatabase implements SealedDatabase {
  readonly #disk = new MemorySealedDatabase();
  /** Writes so far. */
  writes = 0;
  /** Writes after which nothing is kept; all are when left out. */
  last = Infinity;
  /** Whether only one fails, as when the disk was full for a moment. */
  isOnce = false;
  #isInside = false;

  /** What was kept of the states at some time, to be put back. */
  #copies = new Map<string, readonly Bytes[]>();
  readonly #groups = new Set<string>();

  /** Copies all states, as a backup does. */
  backUp(): void {
    for (const hex of this.#groups) {
      const records = this.#disk.stateOf(Uint8Array.fromHex(hex)).read();
      if (records) this.#copies.set(hex, records.records);
    }
  }

  /** Puts the copies back, with or without what is noted beside them. */
  putBack({ isNoted }: { readonly isNoted: boolean }): void {
    for (const [hex, records] of this.#copies) {
      const state = this.#disk.stateOf(Uint8Array.fromHex(hex));
      const counter = isNoted ? state.read()?.notedCounter ?? 0 : 0;
      state.replace(records, counter);
    }
  }

  /** Whether something could not be kept. */
  hasFailed = false;

  get(key: Bytes): Bytes | undefined {
    return this.#disk.get(key);
  }

  range(range: RecordRange): readonly StoredRecord[] {
    return this.#disk.range(range);
  }

  put(record: StoredRecord): void {
    this.#write();
    this.#disk.put(record);
  }

  drop(key: Bytes): void {
    this.#write();
    this.#disk.drop(key);
  }

  transaction<T>(run: () => T): T {
    if (this.#isInside) return this.#disk.transaction(run);
    this.#write();
    this.#isInside = true;
    try {
      return this.#disk.transaction(run);
    } finally {
      this.#isInside = false;
    }
  }

  stateOf(group: Bytes): StateRecords {
    const state = this.#disk.stateOf(group);
    this.#groups.add(group.toHex());
    return {
      read: () => state.read(),
      replace: (...args): void => {
        this.#write();
        state.replace(...args);
      },
      append: (...args): void => {
        this.#write();
        state.append(...args);
      },
    };
  }

  dropState(group: Bytes): void {
    this.#disk.dropState(group);
  }

  [Symbol.dispose](): void {}

  /** A transaction is written as one. */
  #write(): void {
    if (this.#isInside) return;
    this.writes += 1;
    const fails = this.isOnce
      ? this.writes === this.last + 1
      : this.writes > this.last;
    if (!fails) return;
    this.hasFailed = true;
    throw new ChatError("CHAT_DEVICE_FULL", "Cannot keep: the disk is full");
  }
}
