import type {
  GroupChange,
  GroupRecord,
  Introduction,
} from "../room/group_record.ts";
import type { Change } from "../room/registry.ts";
import type { Database, Query } from "./database.ts";

type Columns = Omit<GroupRecord, "id"> & { readonly id: Uint8Array };

/**
 * Which group a room is sealed for: one at most, and what its newest commit and
 * its founder said of it. What changes it runs within a transaction.
 */
export class GroupTable {
  readonly #one: Query<Columns>;
  readonly #found: Query<never>;
  readonly #introduce: Query<never>;
  readonly #refresh: Query<never>;

  constructor(db: Database) {
    this.#one = db.query(
      "SELECT id, turn, title, info, hello FROM sealed_group WHERE room = ?",
    );
    // Never the one that there is: its turns would begin anew.
    this.#found = db.query(
      `INSERT INTO sealed_group (room, id, turn, title, info, hello)
       SELECT number, ?2, 0, ?3, ?4, ?5 FROM room
       WHERE number = ?1 AND kind = ?6
       ON CONFLICT (room) DO UPDATE SET id = excluded.id, turn = 0,
         title = excluded.title, info = excluded.info, hello = excluded.hello
       WHERE id <> excluded.id`,
    );
    this.#introduce = db.query(
      "UPDATE sealed_group SET info = ?2 WHERE room = ?1 AND turn = ?3",
    );
    this.#refresh = db.query(
      "UPDATE sealed_group SET info = ? WHERE room = ? AND id = ? AND turn = ?",
    );
  }

  /** See `HistoryReader.group`. */
  of(room: number): GroupRecord | undefined {
    return this.#one.get(room);
  }

  /** Gives a room of that kind another group than it has. */
  found(
    room: number,
    { id, title, info, hello }: Introduction & { readonly id: Uint8Array },
    kind: "direct" | "sealed",
  ): void {
    if (this.#found.run(room, id, title, info, hello, kind) === 1) return;
    throw new Error(`Cannot found a group of room ${room}: it cannot have it`);
  }

  /** Makes the change that came with an entry, which is stored before. */
  change(room: number, change: GroupChange): void {
    if (change.kind === "founded") return this.found(room, change, "direct");
    if (this.#introduce.run(room, change.info, change.turn) === 1) return;
    throw new Error(`Cannot introduce a group of room ${room}: it has none`);
  }

  /** Takes a better GroupInfo, if the group is still where it was made. */
  refresh(
    { room, group, turn, info }: Change & { readonly kind: "group info" },
  ): void {
    this.#refresh.run(info, room, group, turn);
  }
}
