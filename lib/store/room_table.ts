import type { Database, Query } from "./database.ts";
import type { NewRoom, RoomRecord } from "../room/history.ts";
import type { Change } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";

const WITH_GROUP = `SELECT number, name, form, topic, seq,
  first_seq AS firstSeq, kind, creator, id, turn FROM room LEFT JOIN sealed_group ON sealed_group.room = room.number`;

/** A row of the tables of rooms and of groups. */
type Row = Omit<RoomRecord, "group"> & {
  readonly id: Uint8Array | null;
  readonly turn: number | null;
};

/** The table of rooms. */
export class RoomTable {
  readonly #byNumber: Query<Row>;
  readonly #byForm: Query<Row>;
  readonly #some: Query<Row>;

  constructor(db: Database) {
    this.#byNumber = db.query(`${WITH_GROUP} WHERE number = ?`);
    this.#byForm = db.query(`${WITH_GROUP} WHERE form = ?`);
    this.#some = db.query(
      `${WITH_GROUP} WHERE number > ? ORDER BY number LIMIT ${MANY_ROWS}`,
    );
  }

  /** See `History.room`. */
  room(number: number): RoomRecord | undefined {
    const row = this.#byNumber.get(number);
    return row && recordOf(row);
  }

  /** See `History.roomNamed`. */
  named(form: string): RoomRecord | undefined {
    const row = this.#byForm.get(form);
    return row && recordOf(row);
  }

  /** See `History.rooms`. */
  all(): Iterable<RoomRecord> {
    return allRows<RoomRecord>((last) =>
      this.#some.all(last?.number ?? -1).map(recordOf)
    );
  }
}

function recordOf({ id, turn, ...room }: Row): RoomRecord {
  const group = id === null || turn === null ? null : { id, turn };
  return { ...room, group };
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

/** Removes a room, its log, its group and its members, within a transaction. */
export function removeRoom(db: Database, room: number): void {
  for (
    const statement of [
      "DELETE FROM entry WHERE id BETWEEN (?1 << 40) AND (?1 << 40) + 0xffffffffff",
      "DELETE FROM member WHERE room = ?1",
      "DELETE FROM sealed_group WHERE room = ?1",
      "DELETE FROM room WHERE number = ?1",
    ]
  ) db.query<never>(statement).run(room);
}

/** See `History.createRoom`; without its group and its members. */
export function createRoom(
  db: Database,
  { name, form, topic = "", kind = "open", creator }: NewRoom,
): number {
  const insert = db.query<{ readonly number: number }>(
    `INSERT INTO room (name, form, topic, kind, creator)
     VALUES (?, ?, ?, ?, ?) RETURNING number`,
  );
  const [room] = insert.all(name, form, topic, kind, creator ?? null);
  if (room === undefined) throw new Error("Cannot create room: no row");
  return room.number;
}
