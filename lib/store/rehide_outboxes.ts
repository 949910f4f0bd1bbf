import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { damageOf } from "./damage.ts";
import { Database } from "./database.ts";
import { DEVICE_SCHEMA } from "./device_schema.ts";
import { DeviceSlot, lockPatience } from "./device_slot.ts";
import { MAX_SLOTS } from "./open_device_state.ts";
import { migrate, schemaVersion } from "./schema.ts";
import { applySettings } from "./settings.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/**
 * Hides what waits to be sealed in all devices of a directory anew, each device at
 * once: for the next key of its owner. Done again, it changes nothing more.
 *
 * @param rehide Makes another text of a hidden one; `undefined` leaves it.
 * @returns The devices, 16 bytes each; without those that are damaged.
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has one, and what
 * `openDeviceState` throws.
 */
export function rehideOutboxes(
  directory: string,
  rehide: (hidden: string) => string | undefined,
): readonly Bytes[] {
  try {
    const pause = lockPatience();
    return Array.from({ length: MAX_SLOTS }, (_, number) => number)
      .filter((number) => DeviceSlot.exists(directory, number))
      .flatMap((number) => {
        using slot = DeviceSlot.take(directory, number, pause);
        if (slot !== undefined) return rehideOne(slot, rehide);
        throw new ChatError(
          "CHAT_DEVICE_IN_USE",
          `Cannot change ${directory}: another process uses it`,
        );
      });
  } catch (error) {
    const how = { verb: "change", path: directory, subject: DEVICE };
    throw asFileError(error, how);
  }
}

interface HiddenRow {
  readonly number: number;
  readonly text: string;
}

function rehideOne(
  { file }: DeviceSlot,
  rehide: (hidden: string) => string | undefined,
): readonly Bytes[] {
  using db = new Database(file, { subject: DEVICE });
  if (!isSound(db)) return []; // who opens it puts it aside, and says so
  const device = db.query<{ readonly id: Uint8Array }>("SELECT id FROM device")
    .get();
  const rows = db.query<HiddenRow>(
    "SELECT number, text FROM outgoing WHERE hidden = 1",
  ).all();
  const update = db.query("UPDATE outgoing SET text = ? WHERE number = ?");
  db.transaction(() => {
    for (const { number, text } of rows) {
      const next = rehide(text);
      if (next !== undefined) update.run(next, number);
    }
  });
  return device === undefined ? [] : [Uint8Array.from(device.id)];
}

function isSound(db: Database): boolean {
  try {
    schemaVersion(db, DEVICE_SCHEMA); // refuses what is not ours untouched
    applySettings(db);
    if (damageOf(db) !== undefined) return false;
    migrate(db, DEVICE_SCHEMA);
    return true;
  } catch (error) {
    const isDamaged = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_DAMAGED";
    if (isDamaged) return false;
    throw error;
  }
}
