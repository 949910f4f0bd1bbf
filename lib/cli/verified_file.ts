import { fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  MAX_VERIFIED_BYTES,
  VerifiedIdentities,
} from "../identity/verified.ts";
import { lockFile } from "./file_lock.ts";
import { readSmallFile, replacePrivateFile } from "./files.ts";
import type { Io } from "./io.ts";
import { assertOnlyWeChange } from "./ownership.ts";
import { configDir } from "./paths.ts";

/** Where the verified identities are kept. */
export function verifiedPath(io: Pick<Io, "env">): string {
  return `${configDir(io)}/verified_identities`;
}

/**
 * Reads the verified identities; none when there is no file yet.
 *
 * @throws {ChatError} `CHAT_FILE`, also when others may change the file;
 * `CHAT_VERIFIED_DAMAGED`: a file that cannot be read does not mean that nobody
 * is verified.
 */
export async function readVerified(path: string): Promise<VerifiedIdentities> {
  const file = await readSmallFile(path, MAX_VERIFIED_BYTES);
  if (file === undefined) return VerifiedIdentities.parse("");
  assertOnlyWeChange(path, file);
  try {
    return VerifiedIdentities.parse(fromUtf8(file.bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ChatError(
      "CHAT_VERIFIED_DAMAGED",
      "Cannot read verified identities: the file is not UTF-8",
      { cause: error },
    );
  }
}

/**
 * Applies a change to the verified identities. Processes that do so at the same
 * time take turns, so that no change is lost; readers need no lock.
 *
 * @returns What the file holds now and held before.
 * @throws {ChatError} As {@linkcode readVerified}, `CHAT_FILE` when another
 * process does not give way in time; whatever `change` throws; the reason of
 * `signal`.
 */
export async function changeVerified(
  path: string,
  change: (
    known: VerifiedIdentities,
  ) => VerifiedIdentities | Promise<VerifiedIdentities>,
  options: { readonly signal?: AbortSignal; readonly waitMs?: number } = {},
): Promise<{ before: VerifiedIdentities; after: VerifiedIdentities }> {
  using _lock = await lockFile(`${path}.lock`, options);
  const before = await readVerified(path);
  const after = await change(before);
  if (after !== before) await replacePrivateFile(path, utf8(after.format()));
  return { before, after };
}
