import { DeviceSlot } from "../../lib/store/device_slot.ts";
import { openDeviceState } from "../../lib/store/open_device_state.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { raw } from "./support/database.ts";
import { message, openSoundState } from "./support/device_states.ts";
import { Folder } from "./support/histories.ts";

function mode(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

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

Deno.test("DeviceSlot.putAside() takes along what was not checkpointed", () => {
  using folder = new Folder();
  using slot = DeviceSlot.take(folder.path, 0, () => false);
  assert(slot !== undefined);
  Deno.writeTextFileSync(slot.file, "database");
  Deno.writeTextFileSync(`${slot.file}-wal`, "log");
  const aside = slot.putAside();
  assertEquals(Deno.readTextFileSync(aside), "database");
  assertEquals(Deno.readTextFileSync(`${aside}-wal`), "log");
  assertEquals(Deno.readTextFileSync(slot.file), "");
  assert(!names(folder.path).includes("slot-0.db-wal"));
});

/** Damage that nobody notices who just reads it. */
const HIDDEN = {
  "its row": "DELETE FROM device",
  "sense": `PRAGMA ignore_check_constraints = ON;
    INSERT INTO outgoing VALUES (1, 'sing', 0, '', 0, NULL, 0)`,
};
for (const [what, sql] of Object.entries(HIDDEN)) {
  Deno.test(`openDeviceState() takes a file without ${what} for damaged`, () => {
    using folder = new Folder();
    openSoundState(folder.path)[Symbol.dispose]();
    {
      using db = raw(`${folder.path}/slot-0.db`);
      db.exec(sql);
    }
    const moved: string[] = [];
    const onDamage = (path: string): void => void moved.push(path);
    openDeviceState(folder.path, { onDamage })[Symbol.dispose]();
    assertEquals(moved.length, 1);
  });
}
