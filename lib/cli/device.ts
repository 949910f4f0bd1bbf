import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import type { DeviceState } from "../member/device_state.ts";
import { openDeviceState } from "../store/open_device_state.ts";
import type { Io } from "./io.ts";
import { stateDir } from "./paths.ts";

/** Bytes of each fingerprint that name a directory. */
const SHORT_BYTES = 8;

/**
 * Opens what this device remembers of a server: how far it has read, and what is
 * not sent yet.
 *
 * @param pins Keys the server may show; it is kept under one of them.
 * @throws {ChatError} what `openDeviceState` throws.
 */
export function openDevice(
  pins: readonly Fingerprint[],
  own: Fingerprint,
  io: Pick<Io, "env" | "err">,
): DeviceState {
  const paths = pins.map((server) => devicePath({ server, own }, io));
  const path = paths.find(exists) ?? paths[0] ?? devicePath({ own }, io);
  return openDeviceState(path, {
    onDamage: (renamed) => {
      io.err(`What this device remembered was damaged; it is now ${renamed}`);
      io.err("Messages that waited in it are not sent.");
    },
  });
}

/** Where that is kept. */
export function devicePath(
  { server, own }: { readonly server?: Fingerprint; readonly own: Fingerprint },
  io: Pick<Io, "env">,
): string {
  const names = [server, own].filter((name) => name !== undefined).map(short);
  return `${stateDir(io)}/devices/${names.join("-")}`;
}

function short(fingerprint: Fingerprint): string {
  return fingerprintBytes(fingerprint).subarray(0, SHORT_BYTES).toHex();
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // or it cannot be read, which opening it will tell
  }
}
