import type { Database, Query } from "./database.ts";
import type { NewRoom, RoomRecord } from "../room/history.ts";

/** Rooms that are read at once. */
const ROOMS_AT_ONCE = 256;

const COLUMNS = "number, name, topic, seq, first_seq AS firstSeq";

/** The table of rooms. */
export class RoomTable {
  readonly #byNumber: Query<RoomRecord>;
  readonly #byForm: Query<RoomRecord>;
  readonly #some: Query<RoomRecord>;

  constructor(db: Database) {
    this.#byNumber = db.query(`SELECT ${COLUMNS} FROM room WHERE number = ?`);
    this.#byForm = db.query(`SELECT ${COLUMNS} FROM room WHERE form = ?`);
    this.#some = db.query(
      `SELECT ${COLUMNS} FROM room WHERE number > ? ORDER BY number LIMIT ${ROOMS_AT_ONCE}`,
    );
  }

  /** See `History.room`. */
  room(number: number): RoomRecord | undefined {
    return this.#byNumber.get(number);
  }

  /** See `History.roomNamed`. */
  named(form: string): RoomRecord | undefined {
    return this.#byForm.get(form);
  }

  /** See `History.rooms`. */
  *all(): Generator<RoomRecord, void, void> {
    for (let last = -1;;) {
      const rooms = this.#some.all(last);
      yield* rooms;
      last = rooms.at(-1)?.number ?? last;
      if (rooms.length < ROOMS_AT_ONCE) return;
    }
  }
}

/** See `History.createRoom`. */
export function createRoom(
  db: Database,
  { name, form, topic = "" }: NewRoom,
): RoomRecord {
  const insert = db.query<RoomRecord>(
    `INSERT INTO room (name, form, topic) VALUES (?, ?, ?) RETURNING ${COLUMNS}`,
  );
  const [room] = insert.all(name, form, topic);
  if (room === undefined) throw new Error("Cannot create room: no row");
  return room;
}
