import { type Bytes, equalBytes, fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { type Fingerprint, fingerprintOf } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import { MAX_KEY_FILE_BYTES } from "../identity/key_file.ts";
import { publicIdentity } from "../identity/public_identity.ts";
import {
  decodeSuccession,
  encodeSuccession,
  makeSuccession,
  type SuccessionStatement,
  verifySuccession,
} from "../identity/succession.ts";
import {
  asFileError,
  readSmallFile,
  replacePrivateFile,
  syncFolderOf,
} from "./files.ts";
import { type IdentityChoice, identityPath } from "./identity_file.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/**
 * The files of a rotation, beside the identity itself:
 *
 * | file | holds | from | until |
 * | --- | --- | --- | --- |
 * | `FILE.next` | the next private key | `chat id rotate` | it is finished |
 * | `FILE.succession` | that the next key follows the one in `FILE` | then on | the next rotation |
 * | `FILE.previous` | the private key before | it is finished | the next one is |
 *
 * What is the case, the keys themselves tell; no file says so beside them, that
 * could be wrong. Each step replaces one file, whole or not at all, so whatever
 * ends the program between two leaves the old key in use, or the next one.
 */
export interface RotationFiles {
  /** The identity in use, after symbolic links. */
  readonly current: string;
  readonly next: string;
  readonly succession: string;
  readonly previous: string;
}

/**
 * Where the files of a rotation are: beside the real file, so that moving one in
 * its place never crosses file systems.
 *
 * @throws {ChatError} `CHAT_FILE` when there is no such identity.
 */
export async function rotationFiles(identity: string): Promise<RotationFiles> {
  try {
    const current = await Deno.realPath(identity);
    return {
      current,
      next: `${current}.next`,
      succession: `${current}.succession`,
      previous: `${current}.previous`,
    };
  } catch (error) {
    throw asFileError("find", identity, error);
  }
}

/**
 * What is stated of the key that follows `current`, by the file of its rotation;
 * `undefined` when there is none, or it is of another key, as after a rotation.
 *
 * @throws {ChatError} `CHAT_FILE`, `CHAT_IDENTITY_DAMAGED`.
 */
export async function readStatement(
  files: RotationFiles,
  current: Identity,
): Promise<SuccessionStatement | undefined> {
  const file = await readSmallFile(files.succession, MAX_KEY_FILE_BYTES);
  if (file === undefined) return undefined;
  const statement = decodeSuccession(textOf(file.bytes, files.succession));
  if (!equalBytes(statement.current, current.publicKey)) return undefined;
  if (await verifySuccession(current.publicKey, statement) !== undefined) {
    return statement;
  }
  throw damaged(files.succession, "the two keys did not both sign it");
}

/** The key that will follow, and what both keys say of that. */
export interface Successor {
  readonly statement: SuccessionStatement;
  readonly fingerprint: Fingerprint;
}

/**
 * The key that has been prepared to follow an identity, for a server to announce.
 *
 * @throws {ChatError} As {@linkcode readStatement}.
 */
export async function preparedSuccessor(
  current: Identity,
  choice: Pick<IdentityChoice, "identity">,
  io: Pick<Io, "env" | "err">,
): Promise<Successor | undefined> {
  const files = await rotationFiles(identityPath(io, choice.identity).path);
  // Without its private key, to announce it would lock everybody out.
  if (await readSmallFile(files.next, MAX_KEY_FILE_BYTES) === undefined) {
    return undefined;
  }
  const statement = await readStatement(files, current);
  if (statement === undefined) {
    io.err(
      `The key in ${
        printable(files.next)
      } is not announced: run \`chat id rotate\` again.`,
    );
    return undefined;
  }
  const { fingerprint } = await publicIdentity(statement.publicKey);
  return { statement, fingerprint };
}

/**
 * The key that an identity had before its last rotation, if both have signed that.
 *
 * @throws {ChatError} `CHAT_FILE`, `CHAT_IDENTITY_DAMAGED`.
 */
export async function predecessorOf(
  current: Identity,
  choice: Pick<IdentityChoice, "identity">,
  io: Pick<Io, "env">,
): Promise<Fingerprint | undefined> {
  const files = await rotationFiles(identityPath(io, choice.identity).path);
  const file = await readSmallFile(files.succession, MAX_KEY_FILE_BYTES);
  if (file === undefined) return undefined;
  const statement = decodeSuccession(textOf(file.bytes, files.succession));
  const next = await verifySuccession(statement.current, statement);
  return next?.fingerprint === current.fingerprint
    ? await fingerprintOf(statement.current)
    : undefined;
}

/** Writes down that `next` follows `current`. Repeated, it writes the same. */
export async function writeStatement(
  files: RotationFiles,
  { current, next }: { readonly current: Identity; readonly next: Identity },
): Promise<void> {
  const statement = await makeSuccession(current, next);
  await replacePrivateFile(files.succession, encodeSuccession(statement));
}

/**
 * What makes the next key the current one, in this order. Until the move, it is as
 * before, and can be done again from the beginning.
 *
 * @param old What the file of the current key was seen to hold: it is not read
 * again, as another process may have moved the next key there.
 */
export function finishingSteps(
  files: RotationFiles,
  old: Bytes,
): readonly (() => Promise<void>)[] {
  return [
    () => replacePrivateFile(files.previous, old),
    // What comes next must not reach the disk before it.
    () => syncFolderOf(files.current),
    async (): Promise<void> => {
      try {
        await Deno.rename(files.next, files.current);
      } catch (error) {
        throw asFileError("replace", files.current, error);
      }
    },
    () => syncFolderOf(files.current),
  ];
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw damaged(path, "it is not text");
    throw error;
  }
}

function damaged(path: string, found: string): ChatError {
  return new ChatError(
    "CHAT_IDENTITY_DAMAGED",
    `Cannot read ${path}: ${found}; \`chat id rotate\` writes it anew`,
  );
}
