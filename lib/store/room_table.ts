import type { Database, Query } from "./database.ts";
import type { NewRoom, RoomRecord } from "../room/history.ts";
import type { Change } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";

const COLUMNS =
  "number, name, form, topic, seq, first_seq AS firstSeq, kind, creator";

/** The table of rooms. */
export class RoomTable {
  readonly #byNumber: Query<RoomRecord>;
  readonly #byForm: Query<RoomRecord>;
  readonly #some: Query<RoomRecord>;

  constructor(db: Database) {
    this.#byNumber = db.query(`SELECT ${COLUMNS} FROM room WHERE number = ?`);
    this.#byForm = db.query(`SELECT ${COLUMNS} FROM room WHERE form = ?`);
    this.#some = db.query(
      `SELECT ${COLUMNS} FROM room WHERE number > ? ORDER BY number LIMIT ${MANY_ROWS}`,
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
  all(): Iterable<RoomRecord> {
    return allRows((last) => this.#some.all(last?.number ?? -1));
  }
}

/** Finds a room under another form, within a transaction. */
export function changeRoom(
  db: Database,
  { room, form, creator }: Change & { readonly kind: "room" },
): void {
  const update = db.query<never>(
    "UPDATE room SET form = ?, creator = ? WHERE number = ?",
  );
  if (update.run(form, creator, room) !== 1) {
    throw new Error(`Cannot change room ${room}: there is none`);
  }
}

/** Removes a room, its log and its members, within a transaction. */
export function removeRoom(db: Database, room: number): void {
  for (
    const statement of [
      "DELETE FROM entry WHERE id BETWEEN (?1 << 40) AND (?1 << 40) + 0xffffffffff",
      "DELETE FROM member WHERE room = ?1",
      "DELETE FROM room WHERE number = ?1",
    ]
  ) db.query<never>(statement).run(room);
}

/** See `History.createRoom`; without its members. */
export function createRoom(
  db: Database,
  { name, form, topic = "", kind = "open", creator }: NewRoom,
): RoomRecord {
  const insert = db.query<RoomRecord>(
    `INSERT INTO room (name, form, topic, kind, creator)
     VALUES (?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
  );
  const [room] = insert.all(name, form, topic, kind, creator ?? null);
  if (room === undefined) throw new Error("Cannot create room: no row");
  return room;
}
