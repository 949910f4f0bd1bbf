import { fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_PINS_BYTES, Pins } from "../identity/pins.ts";
import { lockFile } from "./file_lock.ts";
import { readSmallFile, replacePrivateFile } from "./files.ts";
import type { Io } from "./io.ts";
import { assertOnlyWeChange } from "./ownership.ts";
import { configDir } from "./paths.ts";

/** Where the keys of known servers are kept. */
export function pinsPath(io: Pick<Io, "env">): string {
  return `${configDir(io)}/known_servers`;
}

/**
 * Reads the known servers; none when there is no file yet.
 *
 * @throws {ChatError} `CHAT_FILE`, also when others may change the file;
 * `CHAT_PINS_DAMAGED`.
 */
export async function readPins(path: string): Promise<Pins> {
  const file = await readSmallFile(path, MAX_PINS_BYTES);
  if (file === undefined) return Pins.parse("");
  assertOnlyWeChange(path, file);
  try {
    return Pins.parse(fromUtf8(file.bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ChatError(
      "CHAT_PINS_DAMAGED",
      "Cannot read known servers: the file is not UTF-8",
      { cause: error },
    );
  }
}

/**
 * Applies a change to the known servers. Processes that do so at the same time
 * take turns, so that no change is lost; readers need no lock.
 *
 * @param options `signal` ends the waiting for another process; `waitMs` bounds
 * it, five seconds unless told otherwise.
 * @returns What the file holds now and held before.
 * @throws {ChatError} As {@linkcode readPins}, `CHAT_FILE` when another process
 * does not give way in time; whatever `change` throws; the reason of `signal`.
 */
export async function changePins(
  path: string,
  change: (pins: Pins) => Pins,
  options: { readonly signal?: AbortSignal; readonly waitMs?: number } = {},
): Promise<{ before: Pins; after: Pins }> {
  using _lock = await lockFile(`${path}.lock`, options);
  const before = await readPins(path);
  const after = change(before);
  if (after !== before) await replacePrivateFile(path, utf8(after.format()));
  return { before, after };
}
