import { ChatError } from "../errors.ts";
import type { DeviceState } from "../member/device_state.ts";
import { damageOf } from "./damage.ts";
import { Database } from "./database.ts";
import { DEVICE_SCHEMA } from "./device_schema.ts";
import { DeviceSlot, lockPatience } from "./device_slot.ts";
import { migrate, schemaVersion } from "./schema.ts";
import { applySettings } from "./settings.ts";
import { SqliteDeviceState } from "./sqlite_device_state.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/** Processes of one identity that may talk to one server at a time. */
export const MAX_SLOTS = 16;

/** How the state of a device is kept. */
export interface DeviceOptions {
  /**
   * Called when a file was damaged, with the path it was renamed to: what waited
   * in it is not sent, and a new device takes its place.
   */
  readonly onDamage: (path: string) => void;
}

/**
 * Opens the state of a device that no other process uses, and creates what is not
 * there yet: the directory with mode 0700, files with 0600. One in which messages
 * wait comes first, or those of a process that has crashed beside another would
 * wait for a long time.
 *
 * @param directory For one identity and one server.
 * @throws {ChatError} `CHAT_DEVICE_IN_USE` when {@linkcode MAX_SLOTS} processes
 * have one, `CHAT_DEVICE_UNKNOWN` when a file is of a newer version or not of
 * chat, `CHAT_DEVICE_FULL`, or `CHAT_FILE` when it cannot be read and written.
 */
export function openDeviceState(
  directory: string,
  options: DeviceOptions,
): DeviceState {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    return choose(directory, options);
  } catch (error) {
    const how = { verb: "open", path: directory, subject: DEVICE };
    throw asFileError(error, how);
  }
}

/** The first free slot in which messages wait, or else the first free one. */
function choose(directory: string, options: DeviceOptions): DeviceState {
  using resources = new DisposableStack();
  const pause = lockPatience();
  let first: DeviceState | undefined;
  for (let number = 0; number < MAX_SLOTS; number++) {
    if (first !== undefined && !DeviceSlot.exists(directory, number)) continue;
    const slot = DeviceSlot.take(directory, number, pause);
    if (slot === undefined) continue;
    const state = openSlot(slot, options);
    if (state.outbox().some(({ failed }) => failed === null)) return state;
    if (first === undefined) first = resources.use(state);
    else state[Symbol.dispose]();
  }
  if (first === undefined) {
    throw new ChatError(
      "CHAT_DEVICE_IN_USE",
      `Cannot open ${directory}: ${MAX_SLOTS} others use it`,
    );
  }
  resources.move();
  return first;
}

function openSlot(slot: DeviceSlot, options: DeviceOptions): DeviceState {
  using resources = new DisposableStack();
  resources.use(slot);
  const state = openSound(slot) ?? openNew(slot, options);
  resources.move();
  return state;
}

/** Opens what is there; `undefined` when it is damaged. */
function openSound(slot: DeviceSlot): DeviceState | undefined {
  try {
    return openFile(slot);
  } catch (error) {
    const damaged = error instanceof ChatError &&
      error.code === "CHAT_DEVICE_DAMAGED";
    if (damaged) return undefined;
    throw error;
  }
}

function openNew(slot: DeviceSlot, options: DeviceOptions): DeviceState {
  const aside = slot.putAside();
  const state = openFile(slot);
  options.onDamage(aside);
  return state;
}

function openFile(slot: DeviceSlot): DeviceState {
  using resources = new DisposableStack();
  const db = resources.use(new Database(slot.file, { subject: DEVICE }));
  schemaVersion(db, DEVICE_SCHEMA); // refuses what is not ours untouched
  applySettings(db);
  const damage = damageOf(db);
  if (damage !== undefined) {
    throw new ChatError(
      "CHAT_DEVICE_DAMAGED",
      `Cannot open ${slot.file}: ${damage}`,
    );
  }
  migrate(db, DEVICE_SCHEMA);
  const state = new SqliteDeviceState(db, slot);
  resources.move();
  return state;
}
