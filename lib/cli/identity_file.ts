import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { isDevelopmentIdentity } from "../identity/development.ts";
import { generatePrivateKey, type Identity } from "../identity/identity.ts";
import {
  encodeKeyFile,
  type KeyFile,
  MAX_KEY_FILE_BYTES,
  parseKeyFile,
  type PrivateKey,
} from "../identity/key_file.ts";
import type { OptionSpecs } from "./command.ts";
import { createPrivateFile, readSmallFile, type SmallFile } from "./files.ts";
import type { Io } from "./io.ts";
import { foreignOwner } from "./ownership.ts";
import { unlock, type UnlockedKey, type UnlockOptions } from "./passphrase.ts";
import { configDir } from "./paths.ts";
import { printable } from "./printable.ts";

/** Options of every command that needs an identity. */
export const identityOptions = {
  identity: {
    kind: "value",
    placeholder: "FILE",
    help: "Use this private key instead of $CHAT_IDENTITY or your own",
  },
  "passphrase-file": {
    kind: "value",
    placeholder: "FILE",
    help: "Read the passphrase of the private key from this file or pipe",
  },
} as const satisfies OptionSpecs;

/** What the user said of {@linkcode identityOptions}. */
export interface IdentityChoice {
  readonly identity: string | undefined;
  readonly "passphrase-file": string | undefined;
}

/** Where the identity is, and whether the user named the place. */
export interface IdentityPath {
  readonly path: string;
  readonly named: boolean;
}

/** `--identity`, or `$CHAT_IDENTITY`, or `identity.pem` among our files. */
export function identityPath(
  io: Pick<Io, "env">,
  option: string | undefined,
): IdentityPath {
  const path = option ?? (io.env("CHAT_IDENTITY") || undefined);
  return path === undefined
    ? { path: `${configDir(io)}/identity.pem`, named: false }
    : { path, named: true };
}

/**
 * Loads the identity a command runs under, and asks for its passphrase if need
 * be. The user's own is created on first use; a file that was named must exist,
 * because a misspelt name should not make a new person.
 *
 * @throws {ChatError} `CHAT_FILE`, `CHAT_IDENTITY_EXPOSED`,
 * `CHAT_IDENTITY_DAMAGED`, `CHAT_PASSPHRASE`.
 */
export async function loadIdentity(
  choice: IdentityChoice,
  io: Io,
): Promise<Identity> {
  const { key } = await loadKey(choice, io);
  key.pkcs8.fill(0); // as far as it goes: copies may be left in the heap
  return key.identity;
}

/** Like {@linkcode loadIdentity}, with the passphrase. Wipe `key.pkcs8`. */
export async function loadKey(
  choice: IdentityChoice,
  io: Io,
): Promise<UnlockedKey> {
  const { path, named } = identityPath(io, choice.identity);
  let file = await readKeyFile(path);
  if (file === undefined) {
    if (named) {
      throw new ChatError(
        "CHAT_FILE",
        `Cannot load identity: ${path} does not exist; \`chat id --identity\` creates it`,
      );
    }
    if (await createKeyFile(path)) {
      io.err(`Created your identity in ${printable(path)}`);
    }
    file = await existingKeyFile(path);
  }
  const passphraseFile = choice["passphrase-file"];
  return await unlockKeyFile(file, io, { path, passphraseFile });
}

/**
 * Reads a key file, or `undefined` when there is none. One that other users may
 * touch is refused, except for the development identities: git keeps no modes
 * and no owners, so in a fresh clone they are readable by all, and in a container
 * they may belong to anybody; and they are public anyway.
 *
 * @throws {ChatError} `CHAT_FILE`, `CHAT_IDENTITY_EXPOSED`,
 * `CHAT_IDENTITY_DAMAGED`.
 */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const file = await readSmallFile(path, MAX_KEY_FILE_BYTES);
  if (file === undefined) return undefined;
  const exposure = exposureOf(path, file);
  if (exposure !== undefined && !await isPublicOnPurpose(file.bytes)) {
    throw new ChatError(
      "CHAT_IDENTITY_EXPOSED",
      `Cannot load identity: ${exposure}`,
    );
  }
  return await parseKeyFile(file.bytes);
}

/** Like {@linkcode readKeyFile}, of a file that must be there. */
export async function existingKeyFile(path: string): Promise<KeyFile> {
  const file = await readKeyFile(path);
  if (file !== undefined) return file;
  throw new ChatError("CHAT_FILE", `Cannot load identity: ${path} has gone`);
}

/**
 * Creates a key file with a fresh key, encrypted if a passphrase is given: the
 * key is never on the disk without it.
 *
 * @returns Whether this process made it; `false` when there is one by now.
 * @throws {ChatError} `CHAT_FILE`.
 */
export async function createKeyFile(
  path: string,
  passphrase?: string,
): Promise<boolean> {
  const pkcs8 = await generatePrivateKey();
  const bytes = await encodeKeyFile(pkcs8, passphrase);
  pkcs8.fill(0);
  return await createPrivateFile(path, bytes);
}

/**
 * The key in a file, after asking for its passphrase if it has one.
 *
 * @throws {ChatError} `CHAT_PASSPHRASE`, `CHAT_FILE`, `CHAT_IDENTITY_DAMAGED`.
 */
export async function openKeyFile(
  file: KeyFile,
  io: Io,
  options: UnlockOptions,
): Promise<PrivateKey> {
  return (await unlockKeyFile(file, io, options)).key;
}

/** Like {@linkcode openKeyFile}, with the passphrase. */
export async function unlockKeyFile(
  file: KeyFile,
  io: Io,
  options: UnlockOptions,
): Promise<UnlockedKey> {
  return file.kind === "open"
    ? { key: file.key, passphrase: undefined }
    : await unlock(file, io, options);
}

function exposureOf(path: string, file: SmallFile): string | undefined {
  const owner = foreignOwner(file);
  if (owner !== undefined) {
    return `${path} belongs to another user (uid ${owner}); if it is yours, run \`chown\` on it`;
  }
  const mode = file.mode ?? 0; // Windows has none
  if ((mode & 0o077) === 0) return undefined;
  const octal = mode.toString(8).padStart(4, "0");
  return `other users may use ${path} (mode ${octal})`;
}

async function isPublicOnPurpose(bytes: Bytes): Promise<boolean> {
  try {
    const file = await parseKeyFile(bytes);
    return file.kind === "open" &&
      isDevelopmentIdentity(file.key.identity.fingerprint);
  } catch (error) {
    if (error instanceof ChatError) return false;
    throw error;
  }
}
