import type { RoomMember } from "../room/registry.ts";
import { allRows, MANY_ROWS } from "./all_rows.ts";
import type { Database, Query } from "./database.ts";

/** Who belongs to which room. */
export class MemberTable {
  readonly #some: Query<RoomMember>;
  readonly #save: Query<never>;
  readonly #forget: Query<never>;

  constructor(db: Database) {
    this.#some = db.query(
      `SELECT room, owner, since, delivered, read FROM member
       WHERE (room, owner) > (?, ?) ORDER BY room, owner LIMIT ${MANY_ROWS}`,
    );
    this.#save = db.query(
      "INSERT OR REPLACE INTO member (room, owner, since, delivered, read) VALUES (?, ?, ?, ?, ?)",
    );
    this.#forget = db.query("DELETE FROM member WHERE room = ? AND owner = ?");
  }

  /** See `RegistryReader.members`. */
  all(): Iterable<RoomMember> {
    return allRows((last) =>
      this.#some.all(last?.room ?? -1, last?.owner ?? new Uint8Array())
    );
  }

  save({ room, owner, since, delivered, read }: RoomMember): void {
    this.#save.run(room, owner, since, delivered, read);
  }

  forget(room: number, owner: Uint8Array): void {
    this.#forget.run(room, owner);
  }
}
