import type { Bytes } from "../bytes.ts";
import type { SealedRecords } from "./sealed_records.ts";

/** Groups of one room of two that are remembered as over; then the oldest go. */
export const MAX_RETIRED = 64;

/** Rooms of two of which that is remembered; then the first are forgotten. */
export const MAX_RETIRED_THREADS = 1_024;

/** Lower bounds, for tests. */
export interface RetiredOptions {
  readonly maxRetired?: number | undefined;
  readonly maxRetiredThreads?: number | undefined;
}

/** Groups of rooms of two that were replaced: no server brings them back. */
export class StoredRetired {
  readonly #records: SealedRecords;
  readonly #options: RetiredOptions;
  /** By key of the thread in hex: groups, the oldest first. */
  readonly #retired = new Map<string, readonly string[]>();

  constructor(records: SealedRecords, options: RetiredOptions = {}) {
    this.#records = records;
    this.#options = options;
    const prefix = records.keyOf("retired");
    const range = { prefix, limit: MAX_RETIRED_THREADS };
    for (const { key, value } of records.range<readonly string[]>(range)) {
      this.#retired.set(key.toHex(), value);
    }
  }

  has(thread: Bytes, group: Bytes): boolean {
    const found = this.#retired.get(this.#keyOf(thread).toHex());
    return found?.includes(group.toHex()) ?? false;
  }

  add(thread: Bytes, group: Bytes): void {
    const { maxRetired = MAX_RETIRED } = this.#options;
    const key = this.#keyOf(thread);
    const before = this.#retired.get(key.toHex());
    if (before === undefined) this.#makeRoom();
    const hex = group.toHex();
    if (before?.includes(hex)) return;
    const after = [...before ?? [], hex].slice(-maxRetired);
    this.#records.put(key, after);
    this.#retired.set(key.toHex(), after);
  }

  #makeRoom(): void {
    const { maxRetiredThreads = MAX_RETIRED_THREADS } = this.#options;
    if (this.#retired.size < maxRetiredThreads) return;
    const [oldest = ""] = this.#retired.keys();
    this.#records.drop(Uint8Array.fromHex(oldest));
    this.#retired.delete(oldest);
  }

  #keyOf(thread: Bytes): Bytes {
    const blind = this.#records.blind("thread", thread);
    return this.#records.keyOf("retired", blind);
  }
}
