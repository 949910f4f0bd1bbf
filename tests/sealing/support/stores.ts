import type { Bytes } from "../../../lib/bytes.ts";
import {
  generateIdentity,
  type Identity,
} from "../../../lib/identity/identity.ts";
import type { SealedDatabase } from "../../../lib/member/sealed_database.ts";
import { LocalBox } from "../../../lib/sealed/local_box.ts";
import { MemorySealedDatabase } from "../../../lib/sealing/memory_sealed_database.ts";
import type {
  KeptLine,
  KnownGroup,
  OwnMessage,
} from "../../../lib/sealing/sealed_store.ts";
import {
  StoredRooms,
  type StoredRoomsOptions,
} from "../../../lib/sealing/stored_rooms.ts";
import { openSealedDatabase } from "../../../lib/store/open_sealed_database.ts";
import { Folder } from "../../store/support/histories.ts";

/** Whose rooms they are. */
export const IDENTITY: Identity = await generateIdentity();
/** Its box. */
export const BOX = await LocalBox.of(IDENTITY);
/** Its device. */
export const DEVICE = new Uint8Array(16).fill(1);

/** A store that can be closed and opened again, as by another process. */
export interface Store extends Disposable {
  readonly rooms: StoredRooms;
  reopen(options?: Partial<StoredRoomsOptions>): StoredRooms;
}

class MemoryStore implements Store {
  readonly #database = new MemorySealedDatabase();
  rooms = new StoredRooms(this.#database, { box: BOX, device: DEVICE });

  reopen(options: Partial<StoredRoomsOptions> = {}): StoredRooms {
    const all = { box: BOX, device: DEVICE, ...options };
    return this.rooms = new StoredRooms(this.#database, all);
  }

  [Symbol.dispose](): void {}
}

class SqliteStore implements Store {
  readonly #folder = new Folder();
  rooms = openRooms(this.#folder.path);

  reopen(options: Partial<StoredRoomsOptions> = {}): StoredRooms {
    this.rooms[Symbol.dispose]();
    return this.rooms = openRooms(this.#folder.path, options);
  }

  [Symbol.dispose](): void {
    this.rooms[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** Opens the rooms of a directory, which must not be damaged. */
export function openRooms(
  directory: string,
  options: Partial<StoredRoomsOptions> = {},
): StoredRooms {
  return openSealedDatabase(directory, {
    owner: BOX.owner,
    use: (database) =>
      new StoredRooms(database, { box: BOX, device: DEVICE, ...options }),
    onDamage: (path) => {
      throw new Error(`damaged: ${path}`);
    },
  });
}

/** Both kinds of stores, empty. */
export const STORES: Readonly<Record<string, () => Store>> = {
  memory: () => new MemoryStore(),
  SQLite: () => new SqliteStore(),
};

/** Both kinds of databases, empty; `close` removes what is there. */
export const DATABASES: Readonly<
  Record<string, (use: (database: SealedDatabase) => void) => void>
> = {
  MemorySealedDatabase: (use) => use(new MemorySealedDatabase()),
  SqliteSealedDatabase: (use) => {
    using folder = new Folder();
    const owner = BOX.owner;
    const open = { owner, use: (it: SealedDatabase) => it, onDamage: () => {} };
    using database = openSealedDatabase(folder.path, open);
    use(database);
  },
};

/** Registers a test for both kinds. */
export function testStores(name: string, body: (store: Store) => void): void {
  for (const [kind, open] of Object.entries(STORES)) {
    Deno.test(`StoredRooms.${name} (${kind})`, () => {
      using store = open();
      body(store);
    });
  }
}

/** What it is, then what it is once it was closed and opened again. */
export function* twice(
  store: Store,
  options: Partial<StoredRoomsOptions> = {},
): Generator<StoredRooms> {
  yield store.rooms;
  yield store.reopen(options);
}

/** 32 bytes that all are `value`. */
export function bytes32(value: number): Bytes {
  return new Uint8Array(32).fill(value);
}

/** A group that a byte stands for. */
export function group(
  value: number,
  more: Partial<KnownGroup> = {},
): KnownGroup {
  return {
    group: bytes32(value),
    secret: bytes32(value + 100),
    thread: bytes32(value),
    peer: null,
    name: `room ${value}`,
    topic: "",
    rekeyedAt: 0,
    ...more,
  };
}

/** A message of ours in the group of a byte. */
export function own(number: number, inGroup = 1): OwnMessage {
  const envelope = new Uint8Array(300).fill(number).fill(inGroup, 0, 1);
  const content = new Uint8Array(40).fill(number + 1);
  return { number, group: bytes32(inGroup), envelope, content };
}

/** A line of an entry. */
export function line(entry: number, text = `line ${entry}`): KeptLine {
  const author = { name: "alice", fingerprint: bytes32(9) };
  return { kind: "said", room: 5, seq: entry, at: entry * 10, ...author, text };
}
