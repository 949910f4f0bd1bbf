import { MAX_PINS_BYTES, Pins } from "../identity/pins.ts";
import type { Io } from "./io.ts";
import {
  changeList,
  type ListFileOptions,
  type ListKind,
  readList,
} from "./list_file.ts";
import { configDir } from "./paths.ts";

const PINS: ListKind<Pins> = {
  maxBytes: MAX_PINS_BYTES,
  parse: (text) => Pins.parse(text),
  damaged: "CHAT_PINS_DAMAGED",
  what: "known servers",
};

/** Where the keys of known servers are kept. */
export function pinsPath(io: Pick<Io, "env">): string {
  return `${configDir(io)}/known_servers`;
}

/**
 * Reads the known servers; none when there is no file yet.
 *
 * @throws {ChatError} As `readList`, with `CHAT_PINS_DAMAGED`.
 */
export async function readPins(path: string): Promise<Pins> {
  return await readList(path, PINS);
}

/**
 * Applies a change to the known servers.
 *
 * @returns What the file holds now and held before.
 * @throws {ChatError} As `changeList`, with `CHAT_PINS_DAMAGED`.
 */
export async function changePins(
  path: string,
  change: (pins: Pins) => Pins,
  options: ListFileOptions = {},
): Promise<{ before: Pins; after: Pins }> {
  return await changeList(path, PINS, { ...options, change });
}
