import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import type { DeviceState } from "../member/device_state.ts";
import { openDeviceState } from "../store/open_device_state.ts";
import type { Io } from "./io.ts";
import { stateDir } from "./paths.ts";

/** Bytes of each fingerprint that name a directory. */
const SHORT_BYTES = 8;

/** What this device remembers of a server, and where. */
export interface OpenDevice extends Disposable {
  readonly state: DeviceState;
  /** A directory, in which sealed rooms have their place too. */
  readonly path: string;
}

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
): OpenDevice {
  const paths = pins.map((server) => devicePath({ server, own }, io));
  const path = paths.find(exists) ?? paths[0] ?? devicePath({ own }, io);
  const state = openDeviceState(path, {
    onDamage: (renamed) => {
      io.err(`What this device remembered was damaged; it is now ${renamed}`);
      io.err("Messages that waited in it are not sent.");
    },
  });
  return {
    state,
    path,
    [Symbol.dispose]: (): void => state[Symbol.dispose](),
  };
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
