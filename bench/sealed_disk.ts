/** All that a member of a sealed room keeps on its disk, for measurements. */
import type { Bytes } from "../lib/bytes.ts";
import { generateIdentity, type Identity } from "../lib/identity/identity.ts";
import { KeptRoom } from "../lib/sealed/kept_room.ts";
import { LocalBox } from "../lib/sealed/local_box.ts";
import { roomKeysOf } from "../lib/sealed/room_secret.ts";
import type { StateWrite } from "../lib/sealed/sealed_room.ts";
import { StateBox } from "../lib/sealed/state_box.ts";
import { encodeContent } from "../lib/sealing/content.ts";
import type { KeptLine } from "../lib/sealing/sealed_store.ts";
import { StoredRooms } from "../lib/sealing/stored_rooms.ts";
import { openSealedDatabase } from "../lib/store/open_sealed_database.ts";

/**
 * A disk on which everything is kept as `lib/sealing/` does: what is to be sent and
 * what was read before the keys that were used up for it.
 */
export class SealedDisk implements Disposable {
  readonly identity: Identity;
  readonly #group: Bytes;
  readonly #rooms: StoredRooms;
  readonly #kept: KeptRoom;
  #entry = 0;

  private constructor(
    identity: Identity,
    parts: {
      readonly group: Bytes;
      readonly rooms: StoredRooms;
      readonly kept: KeptRoom;
    },
  ) {
    this.identity = identity;
    this.#group = parts.group;
    this.#rooms = parts.rooms;
    this.#kept = parts.kept;
  }

  /** Opens the disk of a new member, in a folder of its own. */
  static async open(directory: string, secret: Bytes): Promise<SealedDisk> {
    const identity = await generateIdentity();
    const box = await LocalBox.of(identity);
    const device = new Uint8Array(16);
    const rooms = openSealedDatabase(directory, {
      owner: box.owner,
      use: (database) => new StoredRooms(database, { box, device }),
      onDamage: () => {},
    });
    const { roomId: group } = await roomKeysOf(secret);
    const { keeper: kept } = await KeptRoom.open(
      await StateBox.of(identity, group),
      rooms.stateOf(group),
    );
    return new SealedDisk(identity, { group, rooms, kept });
  }

  /** Keeps a change of the group, and before it what depends on it. */
  async keep(write: StateWrite): Promise<void> {
    if (write.outgoing !== undefined) {
      const content = encodeContent({ kind: "say", text: "a short message" });
      const envelope = write.outgoing;
      const number = ++this.#entry;
      this.#rooms.keepOwn({ number, group: this.#group, envelope, content });
    }
    if (write.events.some(({ kind }) => kind === "message")) this.#keepLine();
    await this.#kept.keep(write);
  }

  /** A message of ours has come back. */
  readBack(envelope: Bytes): void {
    this.#rooms.transaction(() => {
      this.#rooms.dropAs(envelope);
      this.#keepLine();
    });
  }

  [Symbol.dispose](): void {
    this.#rooms[Symbol.dispose]();
  }

  #keepLine(): void {
    const entry = ++this.#entry;
    const line: KeptLine = {
      kind: "said",
      room: 1,
      seq: entry,
      at: 1_700_000_000_000,
      name: "somebody",
      fingerprint: this.#group,
      text: "a short message",
    };
    this.#rooms.keepLines(this.#group, entry, [line]);
  }
}
