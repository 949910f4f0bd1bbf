import {
  MAX_VERIFIED_BYTES,
  VerifiedIdentities,
} from "../identity/verified.ts";
import type { Io } from "./io.ts";
import {
  changeList,
  type ListFileOptions,
  type ListKind,
  readList,
} from "./list_file.ts";
import { configDir } from "./paths.ts";

/** A file that cannot be read does not mean that nobody is verified. */
const VERIFIED: ListKind<VerifiedIdentities> = {
  maxBytes: MAX_VERIFIED_BYTES,
  parse: (text) => VerifiedIdentities.parse(text),
  damaged: "CHAT_VERIFIED_DAMAGED",
  what: "verified identities",
};

/** Where the verified identities are kept. */
export function verifiedPath(io: Pick<Io, "env">): string {
  return `${configDir(io)}/verified_identities`;
}

/**
 * Reads the verified identities; none when there is no file yet.
 *
 * @throws {ChatError} As `readList`, with `CHAT_VERIFIED_DAMAGED`.
 */
export async function readVerified(path: string): Promise<VerifiedIdentities> {
  return await readList(path, VERIFIED);
}

/**
 * Applies a change to the verified identities.
 *
 * @returns What the file holds now and held before.
 * @throws {ChatError} As `changeList`, with `CHAT_VERIFIED_DAMAGED`.
 */
export async function changeVerified(
  path: string,
  change: (
    known: VerifiedIdentities,
  ) => VerifiedIdentities | Promise<VerifiedIdentities>,
  options: ListFileOptions = {},
): Promise<{ before: VerifiedIdentities; after: VerifiedIdentities }> {
  return await changeList(path, VERIFIED, { ...options, change });
}
