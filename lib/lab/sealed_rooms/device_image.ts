import { type Bytes, equalBytes } from "../../bytes.ts";
import type { Identity } from "../../identity/identity.ts";
import { KeptRoom } from "../../sealed/kept_room.ts";
import { LocalBox } from "../../sealed/local_box.ts";
import { StateBox } from "../../sealed/state_box.ts";
import { decodeWholeState } from "../../sealed/state_codec.ts";
import { decodeContent } from "../../sealing/content.ts";
import { type GroupEntry, GroupSession } from "../../sealing/group_session.ts";
import { unmarked } from "../../sealing/marking_keeper.ts";
import type { KnownGroup, OwnSealingKey } from "../../sealing/sealed_store.ts";
import { StoredRooms } from "../../sealing/stored_rooms.ts";
import { openSealedDatabase } from "../../store/open_sealed_database.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Talker } from "./talker.ts";

/** Size of what is taken for a secret, in bytes. */
const SECRET_BYTES = 32;

/**
 * What was on somebody's device at some moment, in the hands of a thief who has
 * the identity, too.
 */
export class DeviceImage implements Disposable {
  readonly #identity: Identity;
  readonly #store: StoredRooms;

  private constructor(identity: Identity, store: StoredRooms) {
    this.#identity = identity;
    this.#store = store;
  }

  /**
   * Copies what a device has, as it is now.
   *
   * @throws {Error} when it cannot be read.
   */
  static async take(lab: Laboratory, talker: Talker): Promise<DeviceImage> {
    const { identity } = talker.person;
    const folder = lab.path(`image_${crypto.randomUUID()}`);
    const devices = `${talker.home}/chat/devices`;
    for await (const { name } of Deno.readDir(devices)) {
      await copyFolder(`${devices}/${name}`, folder);
    }
    const box = await LocalBox.of(identity);
    const device = new Uint8Array(16); // what it sends is of no interest
    const store = openSealedDatabase(folder, {
      owner: box.owner,
      use: (database) => new StoredRooms(database, { box, device }),
      onDamage: (path) => {
        throw new Error(
          `Cannot read the image of a device: ${path} is damaged`,
        );
      },
    });
    return lab.keep(new DeviceImage(identity, store));
  }

  /** Rooms whose secret it has. */
  get groups(): readonly KnownGroup[] {
    return this.#store.groups();
  }

  /** Private halves of its sealing keys, with what was published of them. */
  get keys(): readonly OwnSealingKey[] {
    return this.#store.keys();
  }

  /** What was said, as far as the device had kept it. */
  kept(group: Bytes): readonly string[] {
    const { thread } = this.#of(group);
    const options = { before: null, limit: 1_000 };
    return this.#store.linesBefore(thread, options).flatMap(({ line }) =>
      line.kind === "said" ? [line.text] : []
    );
  }

  /**
   * What the thief reads of entries that came after it was taken, with the program
   * as it is; call it once.
   */
  async read(
    group: Bytes,
    entries: readonly GroupEntry[],
  ): Promise<readonly string[]> {
    const found = await GroupSession.restore(this.#of(group), {
      identity: this.#identity,
      store: this.#store,
    });
    if (found === undefined) return [];
    const { session } = found;
    const texts: string[] = [];
    for (const entry of entries) {
      if (entry.seq <= session.mark) continue;
      for (const event of await session.read(entry, () => {})) {
        if (event.kind !== "message") continue;
        const content = decodeContent(event.body);
        if (content?.kind === "say") texts.push(content.text);
      }
    }
    return texts;
  }

  /**
   * All secrets of MLS that the device has of a room, but not the secret of the
   * room: private keys of its tree, secrets of its epochs, and whatever else has
   * their size.
   */
  async mlsSecrets(group: Bytes): Promise<readonly Bytes[]> {
    const box = await StateBox.of(this.#identity, group);
    const { found } = await KeptRoom.open(box, this.#store.stateOf(group));
    if (found === undefined) return [];
    const { state } = decodeWholeState(unmarked(found.whole));
    const secrets = new Map<string, Bytes>();
    collect(state.group, secrets);
    return [...secrets.values()];
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }

  #of(group: Bytes): KnownGroup {
    const known = this.groups.find((one) => equalBytes(one.group, group));
    if (known === undefined) {
      throw new Error("Cannot find the room on a device");
    }
    return known;
  }
}

/** Everything within `value` that might be a secret. */
function collect(value: unknown, into: Map<string, Bytes>): void {
  if (value instanceof Uint8Array) {
    if (value.length === SECRET_BYTES) {
      into.set(value.toHex(), new Uint8Array(value));
    }
  } else if (value instanceof Map) {
    for (const each of value.values()) collect(each, into);
  } else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) collect(each, into);
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { mode: 0o700, recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const paths = [`${from}/${name}`, `${to}/${name}`] as const;
    await (isDirectory ? copyFolder(...paths) : Deno.copyFile(...paths));
  }
}
