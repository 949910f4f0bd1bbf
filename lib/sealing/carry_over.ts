import type { Bytes } from "../bytes.ts";
import type { SealedDatabase } from "../member/sealed_database.ts";
import { BLIND_BYTES, type LocalBox } from "../sealed/local_box.ts";
import { SealedRecords, type Table, uint64 } from "./sealed_records.ts";
import type { KnownGroup, OwnMessage } from "./sealed_store.ts";
import { decodeValue } from "./stored_value.ts";

/** Keys of ours before this one that a group remembers; then the oldest goes. */
export const MAX_FORMER_KEYS = 8;

/** Records that are read at a time. */
const PAGE = 256;

/** Whose records they were, and whose they are to be. */
export interface Heritage {
  readonly from: LocalBox;
  readonly to: LocalBox;
  /** Fingerprint of the key that was ours until now, 32 bytes. */
  readonly former: Bytes;
  /** Devices whose numbers messages of ours have, 16 bytes each. */
  readonly devices: readonly Bytes[];
}

/**
 * Hands what a device keeps of its sealed rooms over to the next key of the same
 * person, all of it or nothing. Sealed rooms are known by their secrets, with our
 * key until now as one that we had there; so is what was said, in rooms of two as
 * well, and what of ours was sealed and not read back. Groups of two and sealing
 * keys are not for the next key: they are forgotten, and so is what does not open.
 *
 * @throws {ChatError} What changing the database throws.
 */
export function carryOver(database: SealedDatabase, heritage: Heritage): void {
  database.transaction(() => new Carrier(database, heritage).run());
}

class Carrier {
  readonly #database: SealedDatabase;
  readonly #heritage: Heritage;
  readonly #from: SealedRecords;
  readonly #to: SealedRecords;

  constructor(database: SealedDatabase, heritage: Heritage) {
    this.#database = database;
    this.#heritage = heritage;
    this.#from = new SealedRecords(database, heritage.from);
    this.#to = new SealedRecords(database, heritage.to);
  }

  run(): void {
    const log = this.#from.keyOf("log");
    const generation = this.#from.find<number>(log);
    if (generation !== undefined) this.#to.put(log, generation);
    for (const key of [...this.#keys("key"), ...this.#keys("retired")]) {
      this.#database.drop(key);
    }
    const groups = this.#takeAll<KnownGroup>("group");
    this.#own();
    const threads = this.#keys("thread");
    for (const group of groups) this.#keepGroup(group);
    for (const key of threads) this.#thread(key, groups);
  }

  #keepGroup(known: KnownGroup): void {
    if (known.peer !== null) return;
    const former = [...known.formerly ?? [], this.#heritage.former];
    const formerly = former.slice(-MAX_FORMER_KEYS);
    const blind = this.#to.blind("group", known.group);
    const group = { ...known, formerly, rekeyedAt: 0 };
    this.#to.put(this.#to.keyOf("group", blind), group);
  }

  /** Messages that were sealed: sent again, they are the same bytes. */
  #own(): void {
    const devices = new Map(this.#heritage.devices.map((device) => [
      this.#from.blind("device", device).toHex(),
      this.#to.blind("device", device),
    ]));
    const ours = this.#keys("own").map((key) => ({
      device: devices.get(key.slice(1, 1 + BLIND_BYTES).toHex()),
      message: this.#from.find<OwnMessage>(key),
    }));
    for (const table of ["own", "ownEnvelope", "ownGroup"] as const) {
      for (const key of this.#keys(table)) this.#database.drop(key);
    }
    for (const { device, message } of ours) {
      if (device === undefined || message === undefined) continue;
      const { number, envelope, group } = message;
      const place = [device, uint64(number)];
      const key = this.#to.keyOf("own", ...place);
      const [sent, inGroup] = [
        this.#to.blind("envelope", envelope),
        this.#to.blind("group", group),
      ];
      this.#to.put(key, message);
      this.#to.put(this.#to.keyOf("ownEnvelope", sent), key);
      this.#to.put(this.#to.keyOf("ownGroup", inGroup, ...place), key);
    }
  }

  /** @param key That of the thread until now. */
  #thread(key: Bytes, groups: readonly KnownGroup[]): void {
    const blind = key.slice(1);
    const thread = this.#nameOf(blind, groups.map((known) => known.thread));
    const next = thread && this.#to.blind("thread", thread);
    if (next !== undefined) this.#move(key, this.#to.keyOf("thread", next));
    else this.#database.drop(key);
    for (const records of this.#pages(this.#from.keyOf("line", blind))) {
      for (const { key } of records) {
        if (next === undefined) this.#database.drop(key);
        else {
          const place = key.slice(1 + BLIND_BYTES);
          this.#move(key, this.#to.keyOf("line", next, place));
        }
      }
    }
  }

  /**
   * What a thread is of: a group that is known, or a person of whom lines speak,
   * as of a room of two whose keys we do not have any more.
   */
  #nameOf(blind: Bytes, known: readonly Bytes[]): Bytes | undefined {
    const wanted = blind.toHex();
    const is = (name: Bytes): boolean =>
      this.#from.blind("thread", name).toHex() === wanted;
    const found = known.find(is);
    if (found !== undefined) return found;
    const tried = new Set<string>();
    for (const records of this.#pages(this.#from.keyOf("line", blind))) {
      for (const { key } of records) {
        for (const hex of fingerprintsIn(this.#from.find(key))) {
          if (tried.has(hex)) continue;
          tried.add(hex);
          const name = Uint8Array.fromHex(hex);
          if (is(name)) return name;
        }
      }
    }
    return undefined;
  }

  /** What does not open is left out, as it would be when it is read. */
  #move(key: Bytes, next: Bytes): void {
    const sealed = this.#database.get(key);
    this.#database.drop(key);
    const opened = sealed && this.#heritage.from.open(sealed, key);
    if (opened === undefined) return;
    this.#to.put(next, decodeValue(opened));
  }

  #takeAll<T>(table: Table): readonly T[] {
    const keys = this.#keys(table);
    const values = keys.flatMap((key) => this.#from.find<T>(key) ?? []);
    for (const key of keys) this.#database.drop(key);
    return values;
  }

  #keys(table: Table): readonly Bytes[] {
    return [...this.#pages(this.#from.keyOf(table))].flat()
      .map(({ key }) => key);
  }

  /** Records in the order of their keys; those of a page may be dropped. */
  *#pages(prefix: Bytes): Generator<readonly { readonly key: Bytes }[]> {
    let from = prefix;
    for (;;) {
      const page = this.#database.range({ prefix, from, limit: PAGE });
      const last = page.at(-1);
      if (last === undefined) return;
      from = Uint8Array.of(...last.key, 0); // the next key that there can be
      yield page;
    }
  }
}

/** All that may be a fingerprint in what was kept, in hex. */
function fingerprintsIn(value: unknown): readonly string[] {
  if (value instanceof Uint8Array) {
    return value.length === 32 ? [value.toHex()] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(fingerprintsIn);
}
