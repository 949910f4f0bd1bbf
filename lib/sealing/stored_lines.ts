import type { Bytes } from "../bytes.ts";
import { sha256Sync } from "../crypto/sha256_sync.ts";
import { ChatError } from "../errors.ts";
import { type SealedRecords, uint64 } from "./sealed_records.ts";
import {
  type KeptLine,
  MAX_KEPT_LINES,
  type PlacedLine,
} from "./sealed_store.ts";

/** Bytes of the lines of one thread that are kept; then the oldest go. */
export const MAX_KEPT_LINE_BYTES = 32 * 1024 * 1024;

/**
 * Threads that have lines; then those of groups that are not known any more go, and
 * if there is none, no other is begun. More than there may be groups.
 */
export const MAX_THREADS = 1_024;

/** Lines that are read at a time. */
export const MAX_LINES_AT_A_TIME = 1_000;

/** Threads whose earlier logs are in memory; then those asked for first go. */
const MAX_EARLIER = 16;

/** Where a thread has got. */
interface Thread {
  /** The log that `lastEntry` is a number of. */
  readonly generation: number;
  /** How often its log alone began anew; not at all when left out. */
  readonly restarts?: number;
  readonly lastEntry: number;
  /** Places of the oldest line and of the next one. */
  readonly first: number;
  readonly next: number;
  /** Of its lines, as they are kept. */
  readonly bytes: number;
}

interface StoredLine {
  readonly generation: number;
  readonly entry: number;
  readonly line: KeptLine;
  /** Of the entry as it stood in the log; left out where that is not known. */
  readonly digest?: Bytes;
}

/** What the logs of a thread had before the one of now, whose number it has. */
interface Earlier {
  readonly before: number;
  readonly digests: ReadonlySet<string>;
}

/** What an entry was shown as. */
interface Shown {
  readonly entry: number;
  readonly lines: readonly KeptLine[];
  /** As it stands in the log. */
  readonly body?: Bytes | undefined;
}

/** What keeping lines needs to know. */
export interface LineOptions {
  /** Whether a thread is still of a group that is known, by its key. */
  readonly isKnown: (threadKey: string) => boolean;
  /** Instead of {@linkcode MAX_KEPT_LINES} and the other bounds; for tests. */
  readonly maxLines?: number;
  readonly maxBytes?: number;
  readonly maxThreads?: number;
}

/**
 * What the entries of sealed rooms were shown as. Lines of a thread have places from
 * 1 on, in the order of the logs and of entries in them; only the oldest are ever
 * missing.
 */
export class StoredLines {
  readonly #records: SealedRecords;
  readonly #options: LineOptions;
  /** By key in hex; as in the file. */
  readonly #threads = new Map<string, Thread>();
  #generation: number;
  /** What earlier logs had, of threads that were asked for. */
  readonly #earlier = new Map<string, Earlier>();

  constructor(records: SealedRecords, options: LineOptions) {
    this.#records = records;
    this.#options = options;
    this.#generation = records.get<number>(records.keyOf("log")) ?? 1;
    const range = { prefix: records.keyOf("thread"), limit: MAX_THREADS };
    for (const { key, value } of records.range<Thread>(range)) {
      this.#threads.set(key.toHex(), value);
    }
  }

  /** As `SealedStore.keepLines`, for an entry after the newest that was kept. */
  keep(thread: Bytes, { entry, lines, body }: Shown): void {
    const key = this.#threadKey(thread);
    const before = this.#threads.get(key.toHex());
    if (before === undefined) this.#makeRoom();
    const restarts = before?.restarts ?? 0;
    const generation = this.#generation + restarts;
    let { first, next, bytes } = before ?? { first: 1, next: 1, bytes: 0 };
    const digest = body && digestOf(body);
    for (const line of lines) {
      const place = this.#lineKey(thread, next++);
      const stored = { generation, entry, line };
      bytes += this.#records.put(
        place,
        digest ? { ...stored, digest } : stored,
      );
    }
    const { maxLines = MAX_KEPT_LINES, maxBytes = MAX_KEPT_LINE_BYTES } =
      this.#options;
    while (first < next && (next - first > maxLines || bytes > maxBytes)) {
      const place = this.#lineKey(thread, first++);
      bytes -= this.#records.sizeOf(place);
      this.#records.drop(place);
    }
    const log = { generation, restarts, lastEntry: entry };
    const after = { ...log, first, next, bytes };
    this.#records.put(key, after);
    this.#threads.set(key.toHex(), after);
  }

  /** As `SealedStore.lastEntry`. */
  lastEntry(thread: Bytes): number {
    const known = this.#threads.get(this.#threadKey(thread).toHex());
    if (known === undefined) return 0;
    return known.generation === this.#now(known) ? known.lastEntry : 0;
  }

  /**
   * As `SealedStore.wasKept`. Only what cannot be read is looked for, so all lines
   * of earlier logs are gone through, once for each log.
   */
  was(thread: Bytes, body: Bytes): boolean {
    const key = this.#threadKey(thread).toHex();
    const known = this.#threads.get(key);
    if (known === undefined) return false;
    const now = this.#now(known);
    let earlier = this.#earlier.get(key);
    if (earlier?.before !== now) {
      earlier = { before: now, digests: this.#digestsBefore(now, thread) };
      this.#earlier.delete(key);
      this.#earlier.set(key, earlier);
      const [oldest = key] = this.#earlier.keys();
      if (this.#earlier.size > MAX_EARLIER) this.#earlier.delete(oldest);
    }
    return earlier.digests.has(digestOf(body).toHex());
  }

  /** As `SealedStore.linesOf`: looks for the entry by halves. */
  of(thread: Bytes, entry: number): readonly KeptLine[] {
    const known = this.#threads.get(this.#threadKey(thread).toHex());
    if (known === undefined) return [];
    const now = this.#now(known);
    let { first: low, next: high } = known;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      let place = middle;
      let line = this.#line(thread, place);
      while (line === undefined && place > low) {
        line = this.#line(thread, --place);
      }
      const isBefore = line === undefined || line.generation < now ||
        (line.generation === now && line.entry < entry);
      if (isBefore) low = middle + 1;
      else high = place;
    }
    const found: KeptLine[] = [];
    for (; low < known.next; low++) {
      const stored = this.#line(thread, low);
      if (stored === undefined) continue;
      if (stored.entry !== entry) break;
      found.push(stored.line);
    }
    return found;
  }

  /** As `SealedStore.linesBefore`. */
  before(
    thread: Bytes,
    { before, limit }: {
      readonly before: number | null;
      readonly limit: number;
    },
  ): readonly PlacedLine[] {
    const known = this.#threads.get(this.#threadKey(thread).toHex());
    if (known === undefined) return [];
    const end = Math.min(before ?? known.next, known.next);
    const count = Math.min(limit, MAX_LINES_AT_A_TIME);
    const begin = Math.max(known.first, end - count);
    const places = Array.from(
      { length: Math.max(0, end - begin) },
      (_, index) => begin + index,
    );
    return places.flatMap((place) => {
      const line = this.#line(thread, place)?.line;
      return line === undefined ? [] : [{ place, line }];
    });
  }

  /** Forgets a thread and its lines. */
  forget(thread: Bytes): void {
    this.#drop(this.#threadKey(thread));
  }

  /** As `SealedStore.renameThread`. */
  rename(thread: Bytes, name: Bytes): void {
    const [from, to] = [this.#threadKey(thread), this.#threadKey(name)];
    const known = this.#threads.get(from.toHex());
    if (known === undefined || this.#threads.has(to.toHex())) return;
    for (let place = known.first; place < known.next; place++) {
      const line = this.#line(thread, place);
      if (line !== undefined) {
        this.#records.put(this.#lineKey(name, place), line);
      }
    }
    this.#records.put(to, known);
    this.#threads.set(to.toHex(), known);
    this.#drop(from);
  }

  /** As `SealedStore.startLog`. */
  startLog(): void {
    this.#generation += 1;
    this.#records.put(this.#records.keyOf("log"), this.#generation);
  }

  /** As `SealedStore.restartThread`. */
  restart(thread: Bytes): void {
    const key = this.#threadKey(thread);
    const known = this.#threads.get(key.toHex());
    if (known === undefined) return;
    const restarts = (known.restarts ?? 0) + 1;
    const after = { ...known, restarts };
    this.#records.put(key, after);
    this.#threads.set(key.toHex(), after);
  }

  /** The key of a thread, in hex. */
  keyOf(thread: Bytes): string {
    return this.#threadKey(thread).toHex();
  }

  /** Forgets a thread for a new one, if one must be. */
  #makeRoom(): void {
    const { maxThreads = MAX_THREADS, isKnown } = this.#options;
    if (this.#threads.size < maxThreads) return;
    const found = this.#threads.keys().find((key) => !isKnown(key));
    if (found === undefined) {
      throw new ChatError(
        "CHAT_DEVICE_FULL",
        `Cannot keep what is said in a room: ${maxThreads} others are kept`,
      );
    }
    this.#drop(Uint8Array.fromHex(found));
  }

  #digestsBefore(generation: number, thread: Bytes): ReadonlySet<string> {
    const { first = 1, next = 1 } =
      this.#threads.get(this.#threadKey(thread).toHex()) ?? {};
    const digests = new Set<string>();
    for (let place = first; place < next; place++) {
      const line = this.#line(thread, place);
      if (line !== undefined && line.generation >= generation) break;
      if (line?.digest !== undefined) digests.add(line.digest.toHex());
    }
    return digests;
  }

  #drop(key: Bytes): void {
    const { first = 1, next = 1 } = this.#threads.get(key.toHex()) ?? {};
    const name = key.slice(1);
    for (let place = first; place < next; place++) {
      this.#records.drop(this.#records.keyOf("line", name, uint64(place)));
    }
    this.#records.drop(key);
    this.#threads.delete(key.toHex());
  }

  /** What the lines of a thread have from now on; it only goes up. */
  #now({ restarts = 0 }: Thread): number {
    return this.#generation + restarts;
  }

  /** `undefined` for one that the disk has changed: the others are shown. */
  #line(thread: Bytes, place: number): StoredLine | undefined {
    return this.#records.find<StoredLine>(this.#lineKey(thread, place));
  }

  #threadKey(thread: Bytes): Bytes {
    return this.#records.keyOf("thread", this.#records.blind("thread", thread));
  }

  #lineKey(thread: Bytes, place: number): Bytes {
    const name = this.#records.blind("thread", thread);
    return this.#records.keyOf("line", name, uint64(place));
  }
}

/** What is kept of an entry to know it again: half of its SHA-256. */
function digestOf(body: Bytes): Bytes {
  return sha256Sync(body).slice(0, 16);
}
