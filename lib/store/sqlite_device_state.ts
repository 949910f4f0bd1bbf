import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type {
  DeviceState,
  OutgoingMessage,
  ReadingPosition,
} from "../member/device_state.ts";
import { MemoryDeviceState } from "../member/memory_device_state.ts";
import type { Database } from "./database.ts";
import { DeviceTables } from "./device_tables.ts";

/**
 * The state of a device in a SQLite file that this process alone uses. All of it
 * is in memory as well, which only changes when the file has.
 */
export class SqliteDeviceState implements DeviceState {
  readonly #db: Database;
  readonly #slot: Disposable;
  readonly #tables: DeviceTables;
  readonly #state: MemoryDeviceState;
  /** Rooms whose position is not in the file as it is in memory. */
  readonly #unwritten = new Set<number>();
  #open = true;

  /**
   * Use {@linkcode openDeviceState}.
   *
   * @param slot Disposed of when the file is closed.
   */
  constructor(db: Database, slot: Disposable) {
    this.#db = db;
    this.#slot = slot;
    this.#tables = new DeviceTables(db);
    const { device, content } = this.#tables.read();
    this.#state = new MemoryDeviceState(device, content);
  }

  get device(): Bytes {
    return this.#state.device;
  }

  get logId(): Bytes | null {
    return this.#state.logId;
  }

  get lastNumber(): number {
    return this.#state.lastNumber;
  }

  outbox(): readonly OutgoingMessage[] {
    return this.#state.outbox();
  }

  keep(message: OutgoingMessage): void {
    this.#state.requireSpace(message);
    this.#write(() => this.#tables.keep(message));
    this.#state.keep(message);
  }

  renumber(numbers: readonly number[], next: number): void {
    this.#state.requireRenumbering(numbers, next);
    this.#write(() => this.#tables.renumber(numbers, next));
    this.#state.renumber(numbers, next);
  }

  forget(number: number): void {
    if (!this.#state.has(number)) return;
    this.#write(() => this.#tables.forget(number));
    this.#state.forget(number);
  }

  fail(number: number, reason: string): void {
    if (!this.#state.has(number)) return;
    this.#write(() => this.#tables.fail(number, reason));
    this.#state.fail(number, reason);
  }

  skipTo(number: number): void {
    if (number <= this.lastNumber) return;
    this.#write(() => this.#tables.skipTo(number));
    this.#state.skipTo(number);
  }

  positions(): readonly ReadingPosition[] {
    return this.#state.positions();
  }

  advance(position: ReadingPosition): void {
    const forgotten = this.#state.advance(position);
    this.#unwritten.add(position.room);
    if (forgotten !== undefined) this.#unwritten.add(forgotten);
  }

  flush(): void {
    if (this.#unwritten.size > 0) this.#write(() => {});
  }

  drop(room: number): void {
    this.#write(() => this.#tables.drop(room));
    this.#state.drop(room);
  }

  startLog(logId: Uint8Array, reason: string): void {
    this.#write(() => {
      if (this.logId !== null) this.#tables.failRooms(reason);
      this.#tables.startLog(logId);
    });
    this.#state.startLog(logId, reason);
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    using resources = new DisposableStack();
    resources.use(this.#slot); // last: until then the file is ours
    resources.use(this.#db);
    try {
      this.flush();
    } catch (error) {
      // On a full disk, some entries come again next time, as after a crash.
      if (!(error instanceof ChatError)) throw error;
    } finally {
      this.#open = false;
    }
  }

  /**
   * Does `run` and writes what is unwritten, durably, or nothing. Once disposed of,
   * it writes nothing: what is shown to somebody after that comes again next time.
   */
  #write(run: () => void): void {
    if (!this.#open) return;
    this.#db.transaction(() => {
      for (const room of this.#unwritten) {
        const position = this.#state.position(room);
        if (position === undefined) this.#tables.drop(room);
        else this.#tables.advance(position);
      }
      run();
    });
    this.#unwritten.clear();
  }
}
