import { type Bytes, equalBytes, fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { damagedIdentity } from "./damaged.ts";
import { DerReader, TAG } from "./der.ts";
import { type Identity, identityFromPkcs8, pkcs8OfSeed } from "./identity.ts";
import {
  decodeOpensshFile,
  openOpensshFile,
  type OpensshFile,
  type OpensshSecret,
  unlockOpensshFile,
} from "./openssh_key.ts";
import { decodePbes2, encodePbes2, openPbes2, sealPbes2 } from "./pbes2.ts";
import { decodePem, encodePem } from "./pem.ts";

/** Largest key file we read, in bytes; ours have at most 400. */
export const MAX_KEY_FILE_BYTES = 16 * 1024;

/** A private key as it came out of a file. Wipe `pkcs8` after use. */
export interface PrivateKey {
  readonly identity: Identity;
  /** PKCS #8 DER (RFC 8410), 48 bytes. */
  readonly pkcs8: Bytes;
  /** The file's comment, if its format has one; may hold anything. */
  readonly comment: string | undefined;
}

/** A key file that was read: open, or waiting for its passphrase. */
export type KeyFile =
  & { readonly format: "pkcs8" | "openssh" }
  & (
    | { readonly kind: "open"; readonly key: PrivateKey }
    | {
      readonly kind: "locked";
      /** @throws {ChatError} `CHAT_PASSPHRASE`, `CHAT_IDENTITY_DAMAGED`. */
      unlock(passphrase: string): Promise<PrivateKey>;
    }
  );

const PKCS8 = "PRIVATE KEY";
const ENCRYPTED_PKCS8 = "ENCRYPTED PRIVATE KEY";
const OPENSSH = "OPENSSH PRIVATE KEY";

/**
 * Reads a private key as `openssl genpkey` or `ssh-keygen` writes it, with or
 * without a passphrase. A passphrase is used as the UTF-8 of what was typed,
 * without normalisation, as those tools do.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED` when the file is anything but one
 * well-formed Ed25519 key.
 */
export async function parseKeyFile(file: Bytes): Promise<KeyFile> {
  if (file.length > MAX_KEY_FILE_BYTES) {
    throw damagedIdentity(
      `the file is larger than ${MAX_KEY_FILE_BYTES} bytes`,
    );
  }
  const { label, bytes } = decodePem(textOf(file));
  switch (label) {
    case PKCS8:
      return { format: "pkcs8", kind: "open", key: await plainKey(bytes) };
    case ENCRYPTED_PKCS8: {
      const sealed = decodePbes2(bytes);
      const unlock = async (passphrase: string): Promise<PrivateKey> => {
        const opened = await openPbes2(sealed, utf8(passphrase));
        if (opened === undefined || !looksLikePkcs8(opened)) {
          throw wrongPassphrase();
        }
        return await plainKey(opened);
      };
      return { format: "pkcs8", kind: "locked", unlock };
    }
    case OPENSSH: {
      const container = decodeOpensshFile(bytes);
      if (container.lock === undefined) {
        const key = await opensshKey(container, openOpensshFile(container));
        return { format: "openssh", kind: "open", key };
      }
      const unlock = async (passphrase: string): Promise<PrivateKey> => {
        if (passphrase === "") throw wrongPassphrase();
        const secret = await unlockOpensshFile(container, utf8(passphrase));
        if (secret === undefined) throw wrongPassphrase();
        return await opensshKey(container, secret);
      };
      return { format: "openssh", kind: "locked", unlock };
    }
    default:
      throw damagedIdentity("it is not a private key, or of a format we read");
  }
}

/**
 * Encodes a private key: exactly as `openssl genpkey` writes it or, with a
 * passphrase, encrypted so that `openssl pkey` reads it (PBES2).
 */
export async function encodeKeyFile(
  pkcs8: Bytes,
  passphrase?: string,
): Promise<Bytes> {
  if (passphrase === undefined) {
    return utf8(encodePem({ label: PKCS8, bytes: pkcs8 }));
  }
  const bytes = encodePbes2(await sealPbes2(pkcs8, utf8(passphrase)));
  return utf8(encodePem({ label: ENCRYPTED_PKCS8, bytes }));
}

async function plainKey(pkcs8: Bytes): Promise<PrivateKey> {
  const identity = await identityFromPkcs8(pkcs8);
  return { identity, pkcs8, comment: undefined };
}

async function opensshKey(
  container: OpensshFile,
  { seed, comment }: OpensshSecret,
): Promise<PrivateKey> {
  const pkcs8 = pkcs8OfSeed(seed);
  const identity = await identityFromPkcs8(pkcs8);
  if (!equalBytes(identity.publicKey, container.publicKey)) {
    throw damagedIdentity("its public key does not belong to its private key");
  }
  return { identity, pkcs8, comment };
}

/** Tells a key of another kind from the noise that a wrong passphrase gives. */
function looksLikePkcs8(bytes: Bytes): boolean {
  try {
    const file = new DerReader(bytes);
    const info = file.takeSequence();
    file.finish();
    return info.takeInteger() <= 1 && info.takeSequence().isNext(TAG.oid);
  } catch (error) {
    if (error instanceof ChatError) return false;
    throw error;
  }
}

function textOf(file: Bytes): string {
  try {
    return fromUtf8(file);
  } catch (error) {
    throw damagedIdentity("the file is not text", error);
  }
}

function wrongPassphrase(): ChatError {
  return new ChatError(
    "CHAT_PASSPHRASE",
    "Cannot load identity: the passphrase is wrong or the file is damaged",
  );
}
