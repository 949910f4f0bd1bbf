import type { Bytes } from "../bytes.ts";
import type {
  RecordRange,
  SealedDatabase,
  StateRecords,
  StoredRecord,
} from "../member/sealed_database.ts";

/** Records for as long as this object: nothing is on a disk. */
export class MemorySealedDatabase implements SealedDatabase {
  /** By key in hex, which sorts as the bytes do. */
  readonly #values = new Map<string, Bytes>();
  /** All keys, in order. */
  readonly #keys: string[] = [];
  readonly #states = new Map<string, MemoryState>();
  /** What to do to undo the transaction, last first; `undefined` outside one. */
  #undo: (() => void)[] | undefined;

  get(key: Bytes): Bytes | undefined {
    return this.#values.get(key.toHex())?.slice();
  }

  range(
    { prefix, from, before, limit, backwards }: RecordRange,
  ): readonly StoredRecord[] {
    const first = this.#indexOf((from ?? prefix).toHex());
    const after = before?.toHex() ?? prefix.toHex() + "g"; // above all digits
    const end = Math.max(first, this.#indexOf(after));
    const found = backwards
      ? this.#keys.slice(Math.max(first, end - limit), end).reverse()
      : this.#keys.slice(first, Math.min(end, first + limit));
    return found.map((key) => ({
      key: Uint8Array.fromHex(key),
      value: (this.#values.get(key) as Bytes).slice(),
    }));
  }

  put({ key, value }: StoredRecord): void {
    this.#set(key.toHex(), value.slice());
  }

  drop(key: Bytes): void {
    this.#set(key.toHex(), undefined);
  }

  transaction<T>(run: () => T): T {
    if (this.#undo !== undefined) return run();
    const undo = this.#undo = [];
    try {
      return run();
    } catch (error) {
      this.#undo = undefined;
      for (const step of (undo as (() => void)[]).reverse()) step();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  stateOf(group: Bytes): StateRecords {
    const name = group.toHex();
    const state = this.#states.get(name) ?? new MemoryState();
    this.#states.set(name, state);
    return state;
  }

  dropState(group: Bytes): void {
    this.#states.delete(group.toHex());
  }

  [Symbol.dispose](): void {}

  #set(key: string, value: Bytes | undefined): void {
    const old = this.#values.get(key);
    this.#undo?.push(() => this.#set(key, old));
    if (value === undefined) {
      if (this.#values.delete(key)) this.#keys.splice(this.#indexOf(key), 1);
      return;
    }
    if (old === undefined) this.#keys.splice(this.#indexOf(key), 0, key);
    this.#values.set(key, value);
  }

  /** Where a key is or would be: how many are before it. */
  #indexOf(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The state of one group: what was kept last is always the newest. */
class MemoryState implements StateRecords {
  readonly #records: Bytes[] = [];
  #counter = 0;

  read(): ReturnType<StateRecords["read"]> {
    if (this.#records.length === 0) return undefined;
    const notedCounter = this.#counter;
    return { records: [...this.#records], notedCounter, sameFile: true };
  }

  replace(records: readonly Bytes[], counter: number): void {
    this.#records.splice(0, Infinity, ...records);
    this.#counter = counter;
  }

  append(record: Bytes, counter: number): void {
    this.#records.push(record);
    this.#counter = counter;
  }
}
