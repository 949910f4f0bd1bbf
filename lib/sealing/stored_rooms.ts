import type { Bytes } from "../bytes.ts";
import type { SealedDatabase } from "../member/sealed_database.ts";
import type { RecordFile } from "../sealed/kept_room.ts";
import type { LocalBox } from "../sealed/local_box.ts";
import { SealedRecords } from "./sealed_records.ts";
import type {
  KeptLine,
  KnownGroup,
  OwnMessage,
  OwnSealingKey,
  PlacedLine,
  SealedStore,
} from "./sealed_store.ts";
import { StoredGroups } from "./stored_groups.ts";
import { StoredKeys } from "./stored_keys.ts";
import { type LineOptions, StoredLines } from "./stored_lines.ts";
import { StoredOwn } from "./stored_own.ts";
import { type RetiredOptions, StoredRetired } from "./stored_retired.ts";

/** Whose rooms they are, and lower bounds, for tests. */
export interface StoredRoomsOptions
  extends Omit<LineOptions, "isKnown">, RetiredOptions {
  readonly box: LocalBox;
  /** The device whose numbers our messages have, 16 bytes. */
  readonly device: Bytes;
  readonly maxGroups?: number;
  readonly maxOwn?: number;
}

interface Parts {
  readonly groups: StoredGroups;
  readonly keys: StoredKeys;
  readonly own: StoredOwn;
  readonly lines: StoredLines;
  readonly retired: StoredRetired;
}

/**
 * What a device remembers of its sealed rooms, in a database that sees none of it.
 * Groups, keys and where threads have got are in memory as well: they are read
 * again when a change was not kept.
 */
export class StoredRooms implements SealedStore {
  readonly #records: SealedRecords;
  readonly #options: StoredRoomsOptions;
  #parts: Parts;

  /**
   * @param database Disposed of with this.
   * @throws {ChatError} `CHAT_DEVICE_DAMAGED` when what is there is not what was
   * kept, or is of another identity.
   */
  constructor(database: SealedDatabase, options: StoredRoomsOptions) {
    this.#records = new SealedRecords(database, options.box);
    this.#options = options;
    this.#parts = this.#load();
  }

  groups(): readonly KnownGroup[] {
    return this.#parts.groups.all();
  }

  /** @throws {ChatError} `CHAT_DEVICE_FULL` when there are too many. */
  keepGroup(group: KnownGroup): void {
    this.transaction(() => this.#parts.groups.keep(group));
  }

  forgetGroup(group: Bytes, { lines }: { readonly lines: boolean }): void {
    this.#records.dropState(group); // first: or it might stay for ever
    this.transaction(() => {
      const thread = this.#parts.groups.of(group)?.thread ?? group;
      if (lines) this.#parts.lines.forget(thread);
      this.#parts.own.dropAll(group);
      this.#parts.groups.drop(group);
    });
  }

  retireGroup(group: Bytes): void {
    this.transaction(() => {
      const thread = this.#parts.groups.of(group)?.thread;
      if (thread !== undefined) this.#parts.retired.add(thread, group);
      this.forgetGroup(group, { lines: false });
    });
  }

  isRetired(thread: Bytes, group: Bytes): boolean {
    return this.#parts.retired.has(thread, group);
  }

  stateOf(group: Bytes): RecordFile {
    return this.#records.stateOf(group);
  }

  keys(): readonly OwnSealingKey[] {
    return this.#parts.keys.all();
  }

  keepKey(key: OwnSealingKey): void {
    this.transaction(() => this.#parts.keys.keep(key));
  }

  dropKeys(before: number): void {
    this.transaction(() => this.#parts.keys.dropReplaced(before));
  }

  keepOwn(message: OwnMessage): void {
    this.transaction(() => this.#parts.own.keep(message));
  }

  ownOf(number: number): OwnMessage | undefined {
    return this.#parts.own.of(number);
  }

  ownAs(envelope: Bytes): OwnMessage | undefined {
    return this.#parts.own.as(envelope);
  }

  own(group: Bytes): readonly OwnMessage[] {
    return this.#parts.own.all(group);
  }

  envelopes(group: Bytes): readonly Bytes[] {
    return this.#parts.own.envelopes(group);
  }

  dropOwn(number: number): void {
    this.transaction(() => this.#parts.own.drop(number));
  }

  dropAs(envelope: Bytes): void {
    this.transaction(() => this.#parts.own.dropAs(envelope));
  }

  keepLines(
    thread: Bytes,
    entry: number,
    lines: readonly KeptLine[],
    body?: Bytes,
  ): void {
    if (entry <= this.lastEntry(thread)) return;
    const shown = { entry, lines, body };
    this.transaction(() => this.#parts.lines.keep(thread, shown));
  }

  wasKept(thread: Bytes, body: Bytes): boolean {
    return this.#parts.lines.was(thread, body);
  }

  lastEntry(thread: Bytes): number {
    return this.#parts.lines.lastEntry(thread);
  }

  linesOf(thread: Bytes, entry: number): readonly KeptLine[] {
    return this.#parts.lines.of(thread, entry);
  }

  linesBefore(
    thread: Bytes,
    options: { readonly before: number | null; readonly limit: number },
  ): readonly PlacedLine[] {
    return this.#parts.lines.before(thread, options);
  }

  renameThread(thread: Bytes, name: Bytes): void {
    this.transaction(() => this.#parts.lines.rename(thread, name));
  }

  restartThread(thread: Bytes): void {
    this.transaction(() => this.#parts.lines.restart(thread));
  }

  startLog(): void {
    this.transaction(() => this.#parts.lines.startLog());
  }

  transaction<T>(run: () => T): T {
    try {
      return this.#records.transaction(run);
    } catch (error) {
      this.#parts = this.#load(); // nothing of it was kept
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#records.close();
  }

  #load(): Parts {
    const { device, maxGroups, maxOwn } = this.#options;
    const records = this.#records;
    const groups = new StoredGroups(records, maxGroups);
    const isKnown = (key: string): boolean =>
      groups.all().some(({ thread }) => lines.keyOf(thread) === key);
    const lines = new StoredLines(records, { ...this.#options, isKnown });
    return {
      groups,
      keys: new StoredKeys(records),
      own: new StoredOwn(records, device, maxOwn),
      lines,
      retired: new StoredRetired(records, this.#options),
    };
  }
}
