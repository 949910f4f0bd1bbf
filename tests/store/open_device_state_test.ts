import type { DeviceState } from "../../lib/member/device_state.ts";
import {
  MAX_SLOTS,
  openDeviceState,
} from "../../lib/store/open_device_state.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw, value } from "./support/database.ts";
import {
  contentOf,
  LOG,
  message,
  openSoundState,
} from "./support/device_states.ts";
import { Folder } from "./support/histories.ts";

function mode(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("openDeviceState() makes a directory and files for this user only", () => {
  using folder = new Folder();
  const directory = `${folder.path}/a/state`;
  const umask = Deno.umask(0);
  try {
    using state = openSoundState(directory);
    state.keep(message(1));
    assertEquals(mode(directory), "700");
    assertEquals(names(directory), [
      "slot-0.db",
      "slot-0.db-shm",
      "slot-0.db-wal",
      "slot-0.lock",
    ]);
    for (const name of names(directory)) {
      assertEquals(mode(`${directory}/${name}`), "600", name);
    }
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("openDeviceState() gives each process a device, and the same ones again", () => {
  using folder = new Folder();
  const open = (): string[] => {
    using states = new DisposableStack();
    return Array.from({ length: MAX_SLOTS }, () => {
      const state = states.use(openSoundState(folder.path));
      return state.device.toHex();
    });
  };
  const devices = open();
  assertEquals(new Set(devices).size, MAX_SLOTS);
  assertEquals(open(), devices);
});

Deno.test("openDeviceState() refuses more than there are slots, until one is free", () => {
  using folder = new Folder();
  using states = new DisposableStack();
  const taken = Array.from(
    { length: MAX_SLOTS },
    () => states.use(openSoundState(folder.path)),
  );
  const one = (): DeviceState => openSoundState(folder.path);
  assertRefuses("CHAT_DEVICE_IN_USE", one, `${MAX_SLOTS} others`);
  const device = taken[5]?.device;
  taken[5]?.[Symbol.dispose]();
  assertEquals(states.use(one()).device, device);
});

Deno.test("openDeviceState() comes first to where messages wait", () => {
  using folder = new Folder();
  const [first, second, third] = [0, 1, 2].map(() =>
    openSoundState(folder.path)
  );
  assert(first !== undefined && second !== undefined && third !== undefined);
  first.keep(message(1));
  first.fail(1, "muted");
  third.keep(message(1));
  for (const each of [first, second, third]) each[Symbol.dispose]();
  {
    using state = openSoundState(folder.path);
    assertEquals(state.device, third.device);
    using other = openSoundState(folder.path);
    assertEquals(other.device, first.device);
    state.forget(1);
  }
  using state = openSoundState(folder.path);
  assertEquals(state.device, first.device);
  using other = openSoundState(folder.path);
  assertEquals(other.device, second.device, "all others were given free");
});

Deno.test("SqliteDeviceState keeps a position once it is flushed, or something else is written", () => {
  using folder = new Folder();
  using state = openSoundState(folder.path);
  const stored = (): unknown => {
    using db = raw(`${folder.path}/slot-0.db`);
    return value(db, "SELECT max(seq) FROM position");
  };
  state.advance({ room: 0, seq: 1, at: 0 });
  assertEquals(stored(), null);
  state.flush();
  assertEquals(stored(), 1);
  state.advance({ room: 0, seq: 2, at: 0 });
  state.keep(message(1));
  assertEquals(stored(), 2);
  state.advance({ room: 0, seq: 3, at: 0 });
  assertEquals(stored(), 2);
  state[Symbol.dispose]();
  assertEquals(stored(), 3);
  state[Symbol.dispose]();
});

Deno.test("SqliteDeviceState changes nothing when the disk takes no more", () => {
  using folder = new Folder();
  {
    using state = openSoundState(folder.path);
    state.startLog(LOG, "");
    state.keep(message(1));
    state.advance({ room: 0, seq: 1, at: 0 });
    state.flush();
  }
  const path = `${folder.path}/slot-0.db`;
  {
    using db = raw(path); // what a full disk does, at every write
    for (const table of ["outgoing", "position", "device"]) {
      for (const what of ["INSERT", "UPDATE", "DELETE"]) {
        db.exec(
          `CREATE TRIGGER ${what}_${table} BEFORE ${what} ON ${table}
           BEGIN SELECT RAISE(ABORT, 'full'); END`,
        );
      }
    }
  }
  using state = openSoundState(folder.path);
  const before = contentOf(state);
  const changes: Readonly<Record<string, () => void>> = {
    keep: () => state.keep(message(2)),
    forget: () => state.forget(1),
    fail: () => state.fail(1, "muted"),
    skipTo: () => state.skipTo(9),
    drop: () => state.drop(0),
    startLog: () => state.startLog(LOG, "other"),
  };
  for (const [name, change] of Object.entries(changes)) {
    let thrown = false;
    try {
      change();
    } catch {
      thrown = true;
    }
    assert(thrown, name);
    assertEquals(contentOf(state), before, name);
  }
});

/** Ways in which a file may be damaged. */
const DAMAGE: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "no database": () => new TextEncoder().encode("not a database at all"),
  "overwritten in the middle": (bytes) =>
    bytes.slice().fill(0x5a, 5_000, 9_000),
  "cut off": (bytes) => bytes.slice(0, bytes.length - 4_096),
};
for (const [what, damage] of Object.entries(DAMAGE)) {
  Deno.test(`openDeviceState() puts a file aside that is ${what}, and says so`, () => {
    using folder = new Folder();
    const path = `${folder.path}/slot-0.db`;
    const before = openSoundState(folder.path);
    before.keep(message(1));
    before[Symbol.dispose]();
    const bytes = damage(Deno.readFileSync(path));
    Deno.writeFileSync(path, bytes);
    const moved: string[] = [];
    {
      const onDamage = (path: string): void => void moved.push(path);
      using state = openDeviceState(folder.path, { onDamage });
      assertEquals(state.outbox(), []);
      assertNotEquals(state.device, before.device);
      state.keep(message(1));
    }
    const [aside = ""] = moved;
    assertEquals(moved.length, 1);
    assert(aside.startsWith(`${path}.damaged-`), aside);
    assertEquals(Deno.readFileSync(aside), bytes);
    assertEquals(mode(aside), "600");
    assertEquals(mode(path), "600");
    using state = openSoundState(folder.path);
    assertEquals(state.outbox(), [message(1)]);
  });
}

Deno.test("openDeviceState() takes a file without its row for damaged", () => {
  using folder = new Folder();
  openSoundState(folder.path)[Symbol.dispose]();
  {
    using db = raw(`${folder.path}/slot-0.db`);
    db.exec("DELETE FROM device");
  }
  const moved: string[] = [];
  const onDamage = (path: string): void => void moved.push(path);
  openDeviceState(folder.path, { onDamage })[Symbol.dispose]();
  assertEquals(moved.length, 1);
});

Deno.test("openDeviceState() takes an empty file, as a crash may leave one", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/slot-0.db`, "");
  openSoundState(folder.path)[Symbol.dispose]();
  assertEquals(mode(`${folder.path}/slot-0.db`), "600");
});

const FOREIGN = {
  "a newer version": "PRAGMA user_version = 99",
  "another program's": "PRAGMA application_id = 1",
};
for (const [what, sql] of Object.entries(FOREIGN)) {
  Deno.test(`openDeviceState() refuses a file that is ${what}, and leaves it`, () => {
    using folder = new Folder();
    openSoundState(folder.path)[Symbol.dispose]();
    {
      using db = raw(`${folder.path}/slot-0.db`);
      db.exec(sql);
    }
    const open = (): DeviceState => openSoundState(folder.path);
    assertRefuses("CHAT_DEVICE_UNKNOWN", open, "what this device remembers");
    assertRefuses("CHAT_DEVICE_UNKNOWN", open); // the lock was given free
    assertEquals(names(folder.path), ["slot-0.db", "slot-0.lock"]);
  });
}

Deno.test("openDeviceState() says what is wrong with the path", () => {
  using folder = new Folder();
  const file = `${folder.path}/file`;
  Deno.writeTextFileSync(file, "");
  assertRefuses("CHAT_FILE", () => openSoundState(`${file}/state`), file);
});

Deno.test("SqliteDeviceState leaves nothing to read of what it forgot", () => {
  using folder = new Folder();
  const secret = "xylophone";
  const path = `${folder.path}/slot-0.db`;
  const holds = (): boolean =>
    new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes(secret);
  {
    using state = openSoundState(folder.path);
    state.keep(message(1, { text: secret }));
  }
  assert(holds());
  {
    using state = openSoundState(folder.path);
    state.forget(1);
  }
  assert(!holds());
});
