import type { Bytes } from "../bytes.ts";
import type {
  OutgoingMessage,
  ReadingPosition,
} from "../member/device_state.ts";
import type { DeviceContent } from "../member/memory_device_state.ts";
import { ChatError } from "../errors.ts";
import type { Database, Query } from "./database.ts";

/** A message as SQL has it. */
type OutgoingRow = Omit<OutgoingMessage, "hidden"> & { readonly hidden: 0 | 1 };

interface DeviceRow {
  readonly id: Uint8Array;
  readonly log: Uint8Array | null;
  readonly lastNumber: number;
}

/** What a device remembers, in SQL; all that writes is within a transaction. */
export class DeviceTables {
  readonly #db: Database;
  readonly #insert: Query<never>;
  readonly #use: Query<never>;
  readonly #forget: Query<never>;
  readonly #renumber: Query<never>;
  readonly #fail: Query<never>;
  readonly #failRooms: Query<never>;
  readonly #advance: Query<never>;
  readonly #drop: Query<never>;
  readonly #dropAll: Query<never>;
  readonly #setLog: Query<never>;

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.query(
      "INSERT INTO outgoing (number, kind, room, text, hidden, at, failed) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#use = db.query("UPDATE device SET last_number = ?");
    this.#forget = db.query("DELETE FROM outgoing WHERE number = ?");
    this.#renumber = db.query(
      "UPDATE outgoing SET number = ? WHERE number = ?",
    );
    this.#fail = db.query("UPDATE outgoing SET failed = ? WHERE number = ?");
    this.#failRooms = db.query(
      "UPDATE outgoing SET failed = ? WHERE failed IS NULL AND room <> 0",
    );
    this.#advance = db.query(
      "INSERT OR REPLACE INTO position (room, seq, at) VALUES (?, ?, ?)",
    );
    this.#drop = db.query("DELETE FROM position WHERE room = ?");
    this.#dropAll = db.query("DELETE FROM position");
    this.#setLog = db.query("UPDATE device SET log = ?");
  }

  /**
   * Reads all: `MAX_OUTBOX` and `MAX_POSITIONS` bound it.
   *
   * @throws {ChatError} `CHAT_DEVICE_DAMAGED` when it is not whole.
   */
  read(): { readonly device: Bytes; readonly content: DeviceContent } {
    const device = this.#db.query<DeviceRow>(
      "SELECT id, log, last_number AS lastNumber FROM device",
    ).get();
    if (device === undefined) {
      const { damaged, name } = this.#db.subject;
      throw new ChatError(damaged, `Cannot read ${name}: it has no device`);
    }
    const { id, log, lastNumber } = device;
    const outbox = this.#db.query<OutgoingRow>(
      "SELECT number, kind, room, text, hidden, at, failed FROM outgoing ORDER BY number",
    ).all().map((row) => ({ ...row, hidden: row.hidden === 1 }));
    const positions = this.#db.query<ReadingPosition>(
      "SELECT room, seq, at FROM position ORDER BY room",
    ).all();
    const logId = log === null ? null : Uint8Array.from(log);
    const content = { logId, lastNumber, outbox, positions };
    return { device: Uint8Array.from(id), content };
  }

  keep(message: OutgoingMessage): void {
    const { number, kind, room, text, hidden, at, failed } = message;
    this.#insert.run(number, kind, room, text, hidden ? 1 : 0, at, failed);
    this.#use.run(number);
  }

  renumber(numbers: readonly number[], next: number): void {
    for (const [index, number] of numbers.entries()) {
      this.#renumber.run(next + index, number);
      this.#use.run(next + index);
    }
  }

  forget(number: number): void {
    this.#forget.run(number);
  }

  fail(number: number, reason: string): void {
    this.#fail.run(reason, number);
  }

  skipTo(number: number): void {
    this.#use.run(number);
  }

  advance({ room, seq, at }: ReadingPosition): void {
    this.#advance.run(room, seq, at);
  }

  drop(room: number): void {
    this.#drop.run(room);
  }

  startLog(logId: Uint8Array): void {
    this.#setLog.run(logId);
    this.#dropAll.run();
  }

  failRooms(reason: string): void {
    this.#failRooms.run(reason);
  }
}
