import type { DeviceState } from "../../lib/member/device_state.ts";
import { MAX_SLOTS } from "../../lib/store/open_device_state.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw } from "./support/database.ts";
import { message, openSoundState } from "./support/device_states.ts";
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

Deno.test("openDeviceState() leaves another program's database as it is", () => {
  using folder = new Folder();
  const path = `${folder.path}/slot-0.db`;
  {
    using db = raw(path);
    db.exec("CREATE TABLE t (a)");
  }
  const before = Deno.readFileSync(path);
  const open = (): DeviceState => openSoundState(folder.path);
  assertRefuses("CHAT_DEVICE_UNKNOWN", open);
  assertEquals(Deno.readFileSync(path), before);
});

Deno.test("openDeviceState() says what is wrong with the path", () => {
  using folder = new Folder();
  const file = `${folder.path}/file`;
  Deno.writeTextFileSync(file, "");
  assertRefuses("CHAT_FILE", () => openSoundState(`${file}/state`), file);
});
