import { ChatError } from "../errors.ts";
import { type Address, formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import { announcerOf } from "../identity/pins.ts";
import { makeSuccession } from "../identity/succession.ts";
import { moveDevice } from "../store/move_device.ts";
import type { App } from "./app.ts";
import { devicePath } from "./device.ts";
import type { Io } from "./io.ts";
import type { OwnKeys } from "./own_keys.ts";
import { stateDir } from "./paths.ts";
import { changePins, pinsPath, readPins } from "./pins_file.ts";
import { printable } from "./printable.ts";

/** What handing over needs. */
interface Surroundings {
  /** Keys that the server may show. */
  readonly pins: readonly Fingerprint[];
  readonly app: Pick<App, "handOver" | "bequeath">;
  readonly io: Io;
}

/** What came of an attempt to hand over from one key. */
type Outcome = "moved" | "unknown" | "kept";

/**
 * By which of our keys a server knows us from now on. The first time after a
 * rotation it is asked to give everything of the old key to the next one; that it
 * was, is written down, so that it is asked once. A server where we never were is
 * not told of the old key.
 *
 * @throws {ChatError} Why it could not be asked, so that nobody knows.
 */
export async function identityAt(
  address: Address,
  keys: OwnKeys,
  around: Surroundings,
): Promise<Identity> {
  const { newest, older } = keys;
  const { io } = around;
  if (older.length === 0) return newest;
  const path = knownAsPath(io);
  const knownAs = await readPins(path);
  if (knownAs.lookup(address).includes(newest.fingerprint)) return newest;
  const before: Fingerprint[] = [];
  const servers = await readPins(pinsPath(io));
  if (servers.lookup(address).length > 0) {
    for (const open of older) {
      const old = await open();
      before.push(old.fingerprint);
      const outcome = await handOver(address, { old, newest }, around);
      if (outcome === "kept") return old;
      await takeAlong({ old, newest }, around);
      if (outcome === "moved") break;
    }
  }
  await changePins(path, (all) => {
    const others = before.reduce((pins, old) => pins.remove(address, old), all);
    const { fingerprint } = newest;
    return others.add({ address, fingerprint, comment: "" });
  }, io);
  return newest;
}

/**
 * Takes along what this device remembers of a server that has turned to the key
 * which it had announced.
 */
export async function followServer(
  address: Address,
  own: Fingerprint,
  io: Pick<Io, "env">,
): Promise<void> {
  const known = await readPins(pinsPath(io));
  const trusted = known.lookup(address);
  for (const pin of known.list()) {
    const by = announcerOf(pin);
    const { fingerprint } = pin;
    if (by === undefined || trusted.includes(by)) continue;
    if (!trusted.includes(fingerprint)) continue; // of another server
    const from = devicePath({ server: by, own }, io);
    moveDevice(from, devicePath({ server: fingerprint, own }, io));
  }
}

/** Which of our keys each server knows: lines as in known_servers. */
export function knownAsPath(io: Pick<Io, "env">): string {
  return `${stateDir(io)}/known_as`;
}

async function handOver(
  address: Address,
  { old, newest }: { readonly old: Identity; readonly newest: Identity },
  { pins, app, io }: Surroundings,
): Promise<Outcome> {
  const where = formatAddress(address);
  try {
    await app.handOver({
      host: address.host,
      port: address.port,
      identity: old,
      pins,
      succession: await makeSuccession(old, newest),
      signal: io.signal,
    });
    io.err(`You have a new key at ${where}: ${newest.fingerprint}`);
    return "moved";
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    switch (error.code) {
      case "CHAT_NO_SUCH_MEMBER": // never known, or moved the last time
      case "CHAT_NOT_AUTHORIZED":
      case "CHAT_NAME_TAKEN": // the new key is at home there by itself
        return "unknown";
      case "CHAT_FORBIDDEN":
      case "CHAT_STORE_FULL": // it cannot be done now, and nothing has changed
      case "CHAT_STORE_DAMAGED":
        io.err(printable(error.message));
        io.err(`You keep the old key at ${where} for now.`);
        return "kept";
      default:
        throw error;
    }
  }
}

/**
 * What waits to be sent, how far we have read, and our sealed rooms are the next
 * key's. After a crash in between it is done again, as the server was not noted.
 */
async function takeAlong(
  { old, newest }: { readonly old: Identity; readonly newest: Identity },
  { pins, app, io }: Surroundings,
): Promise<void> {
  for (const server of pins) {
    const at = ({ fingerprint: own }: Identity): string =>
      devicePath({ server, own }, io);
    const directory = at(newest);
    moveDevice(at(old), directory);
    await app.bequeath({ directory, old, next: newest });
  }
}
