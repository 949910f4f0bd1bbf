import type { Identity } from "../identity/identity.ts";
import {
  existingKeyFile,
  type IdentityChoice,
  identityPath,
  loadKey,
  readKeyFile,
  unlockKeyFile,
} from "./identity_file.ts";
import type { Io } from "./io.ts";
import { rotationFiles } from "./rotation.ts";

/** The keys of one person, of whom servers may know any. */
export interface OwnKeys {
  /** Who the person is from now on. */
  readonly newest: Identity;
  /** Who it was, the latest first; each may ask for a passphrase. */
  readonly older: readonly (() => Promise<Identity>)[];
}

/**
 * Loads the identity a command runs under, with the keys that a rotation has put
 * beside it. A next key, once prepared, is the newest one.
 *
 * @throws {ChatError} As `loadIdentity`.
 */
export async function loadOwnKeys(
  choice: IdentityChoice,
  io: Io,
): Promise<OwnKeys> {
  const { key, passphrase: known } = await loadKey(choice, io);
  key.pkcs8.fill(0);
  const files = await rotationFiles(identityPath(io, choice.identity).path);
  const open = async (path: string): Promise<Identity> => {
    const passphraseFile = choice["passphrase-file"];
    const options = { path, passphraseFile, known };
    const file = await existingKeyFile(path);
    const { key } = await unlockKeyFile(file, io, options);
    key.pkcs8.fill(0);
    return key.identity;
  };
  const isThere = async (path: string): Promise<boolean> =>
    await readKeyFile(path) !== undefined;
  const previous = await isThere(files.previous)
    ? [(): Promise<Identity> => open(files.previous)]
    : [];
  if (!await isThere(files.next)) {
    return { newest: key.identity, older: previous };
  }
  const current = (): Promise<Identity> => Promise.resolve(key.identity);
  return { newest: await open(files.next), older: [current, ...previous] };
}
