import { Database } from "../../lib/store/database.ts";
import { DeviceSlot } from "../../lib/store/device_slot.ts";
import { SqliteDeviceState } from "../../lib/store/sqlite_device_state.ts";
import { DEVICE } from "../../lib/store/store_error.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw, value } from "./support/database.ts";
import {
  contentOf,
  LOG,
  message,
  openSoundState,
} from "./support/device_states.ts";
import { Folder } from "./support/histories.ts";

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
  state.advance({ room: 0, seq: 4, at: 0 }); // somebody looks at what is left
  state.flush();
  assertEquals(stored(), 3);
});

Deno.test("SqliteDeviceState.flush() writes what is new, and only that", () => {
  using folder = new Folder();
  using state = openSoundState(folder.path);
  state.advance({ room: 0, seq: 1, at: 0 });
  state.flush();
  using db = raw(`${folder.path}/slot-0.db`);
  db.exec("UPDATE position SET seq = 100");
  state.advance({ room: 1, seq: 1, at: 0 });
  state.flush();
  assertEquals(value(db, "SELECT sum(seq) FROM position"), 101);
});

Deno.test("SqliteDeviceState ends although its last positions cannot be written", () => {
  using folder = new Folder();
  openSoundState(folder.path)[Symbol.dispose]();
  const slot = DeviceSlot.take(folder.path, 0, () => false);
  assert(slot !== undefined);
  const db = new Database(slot.file, { subject: DEVICE });
  const state = new SqliteDeviceState(db, slot);
  db.query("PRAGMA query_only = ON").run(); // as on a disk that fails
  state.advance({ room: 0, seq: 1, at: 0 });
  assertRefuses("CHAT_FILE", () => state.flush());
  state[Symbol.dispose]();
  state[Symbol.dispose]();
  using free = DeviceSlot.take(folder.path, 0, () => false);
  assert(free !== undefined, "it was given free");
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
    renumber: () => state.renumber([1], 2),
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
