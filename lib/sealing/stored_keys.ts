import { type SealedRecords, uint64 } from "./sealed_records.ts";
import type { OwnSealingKey } from "./sealed_store.ts";

/** Sealing keys that are kept; then the oldest goes. */
export const MAX_SEALING_KEYS = 16;

/** Our own sealing keys, in the order in which they were made. */
export class StoredKeys {
  readonly #records: SealedRecords;
  /** Under the numbers they are kept under, which go up. */
  readonly #keys = new Map<number, OwnSealingKey>();
  #last = 0;

  constructor(records: SealedRecords) {
    this.#records = records;
    const range = { prefix: records.keyOf("key"), limit: MAX_SEALING_KEYS };
    for (const { key, value } of records.range<OwnSealingKey>(range)) {
      this.#last = Number(new DataView(key.buffer).getBigUint64(1));
      this.#keys.set(this.#last, value);
    }
  }

  /** Newest last. */
  all(): readonly OwnSealingKey[] {
    return [...this.#keys.values()];
  }

  /** Keeps a new one. */
  keep(key: OwnSealingKey): void {
    const [oldest] = this.#keys.keys();
    const isFull = this.#keys.size >= MAX_SEALING_KEYS;
    if (isFull && oldest !== undefined) this.#drop(oldest);
    const number = this.#last + 1;
    this.#records.put(this.#records.keyOf("key", uint64(number)), key);
    this.#last = number;
    this.#keys.set(number, structuredClone(key));
  }

  /**
   * Forgets those that were followed by another before a time: until then they are
   * what others found published, however long we were away.
   */
  dropReplaced(before: number): void {
    const over: number[] = [];
    for (const [index, [number]] of [...this.#keys].entries()) {
      const next = this.all()[index + 1];
      if (next !== undefined && next.at < before) over.push(number);
    }
    for (const number of over) this.#drop(number);
  }

  #drop(number: number): void {
    this.#records.drop(this.#records.keyOf("key", uint64(number)));
    this.#keys.delete(number);
  }
}
