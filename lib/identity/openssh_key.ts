import { type Bytes, concat, equalBytes, fromUtf8, utf8 } from "../bytes.ts";
import { decryptAesCtr } from "../crypto/aes_ctr.ts";
import { bcryptPbkdf } from "../crypto/bcrypt_pbkdf.ts";
import { damagedIdentity } from "./damaged.ts";
import { decodeSshBlob, SSH_KEY_TYPE } from "./ssh_blob.ts";
import { SshReader } from "./ssh_reader.ts";

/**
 * Most bcrypt rounds a file may ask of us: about six seconds of work. OpenSSH
 * writes 16 or 24 unless told otherwise with `ssh-keygen -a`.
 */
export const MAX_BCRYPT_ROUNDS = 512;

const MAX_SALT_BYTES = 64;
const MAGIC = utf8("openssh-key-v1\0");
const SEED_BYTES = 32;

/** What an OpenSSH key file says before its secret part (PROTOCOL.key). */
export interface OpensshFile {
  /** Raw public key, 32 bytes, as stated outside the encrypted part. */
  readonly publicKey: Bytes;
  /** How the secret part is encrypted, or `undefined` when it is not. */
  readonly lock: { readonly salt: Bytes; readonly rounds: number } | undefined;
  readonly secret: Bytes;
}

/** The secret part of an OpenSSH key file. */
export interface OpensshSecret {
  /** Ed25519 private key, 32 bytes (RFC 8032 section 5.1.5). */
  readonly seed: Bytes;
  /** As given to `ssh-keygen -C`; may hold anything. */
  readonly comment: string;
}

/**
 * Decodes the container of an OpenSSH private key (PROTOCOL.key in OpenSSH's
 * sources): one Ed25519 key, not encrypted or with aes256-ctr under bcrypt.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED` when it is anything else, or asks
 * for more than {@linkcode MAX_BCRYPT_ROUNDS}.
 */
export function decodeOpensshFile(bytes: Bytes): OpensshFile {
  const reader = new SshReader(bytes);
  if (!equalBytes(reader.take(MAGIC.length), MAGIC)) {
    throw damagedIdentity("the OpenSSH key is not of version 1");
  }
  const [cipher, kdf] = [reader.takeString(), reader.takeString()];
  const options = reader.takeString();
  const lock = decodeLock(nameOf(cipher), nameOf(kdf), options);
  const keys = reader.takeUint32();
  if (keys !== 1) throw damagedIdentity(`it holds ${keys} keys, not one`);
  const publicKey = decodeSshBlob(reader.takeString());
  if (publicKey === undefined) {
    throw damagedIdentity("it is not an Ed25519 key");
  }
  const secret = reader.takeString();
  reader.finish();
  if (secret.length === 0 || secret.length % blockBytes(lock) !== 0) {
    throw damagedIdentity("its secret part is not whole blocks");
  }
  return { publicKey, lock, secret };
}

/**
 * Decodes the secret part of a file that is not encrypted.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED`.
 */
export function openOpensshFile(file: OpensshFile): OpensshSecret {
  const secret = decodeSecret(file, file.secret);
  if (secret === undefined) {
    throw damagedIdentity("the check numbers of its secret part differ");
  }
  return secret;
}

/**
 * Decrypts and decodes the secret part of an encrypted file.
 *
 * @returns The secret, or `undefined` when the passphrase is wrong.
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED`.
 */
export async function unlockOpensshFile(
  file: OpensshFile,
  passphrase: Bytes,
): Promise<OpensshSecret | undefined> {
  if (file.lock === undefined) return openOpensshFile(file);
  const derived = bcryptPbkdf(passphrase, 48, file.lock);
  const [key, counter] = [derived.slice(0, 32), derived.slice(32)];
  return decodeSecret(file, await decryptAesCtr(key, counter, file.secret));
}

function decodeLock(
  cipher: string,
  kdf: string,
  options: Bytes,
): OpensshFile["lock"] {
  if (cipher === "none" && kdf === "none" && options.length === 0) {
    return undefined;
  }
  if (cipher !== "aes256-ctr" || kdf !== "bcrypt") {
    throw damagedIdentity(
      "it is encrypted with something else than aes256-ctr and bcrypt; rewrite it with `ssh-keygen -p`",
    );
  }
  const reader = new SshReader(options);
  const [salt, rounds] = [reader.takeString(), reader.takeUint32()];
  reader.finish();
  if (salt.length === 0 || salt.length > MAX_SALT_BYTES) {
    throw damagedIdentity(`its salt has ${salt.length} bytes`);
  }
  if (rounds === 0 || rounds > MAX_BCRYPT_ROUNDS) {
    throw damagedIdentity(
      `it asks for ${rounds} bcrypt rounds, not 1 to ${MAX_BCRYPT_ROUNDS}`,
    );
  }
  return { salt, rounds };
}

/** `undefined` when the check numbers differ: a wrong passphrase. */
function decodeSecret(
  file: OpensshFile,
  bytes: Bytes,
): OpensshSecret | undefined {
  const reader = new SshReader(bytes);
  if (reader.takeUint32() !== reader.takeUint32()) return undefined;
  const type = nameOf(reader.takeString());
  const publicKey = reader.takeString();
  const pair = reader.takeString(); // the seed, then the public key again
  const comment = reader.takeString();
  const padding = reader.takeRest();
  if (type !== SSH_KEY_TYPE) throw damagedIdentity("it is not an Ed25519 key");
  const seed = pair.slice(0, SEED_BYTES);
  if (
    !equalBytes(publicKey, file.publicKey) ||
    !equalBytes(pair, concat(seed, publicKey))
  ) {
    throw damagedIdentity("its public and secret parts are of different keys");
  }
  const expected = Uint8Array.from(padding, (_, index) => index + 1);
  if (
    padding.length >= blockBytes(file.lock) || !equalBytes(padding, expected)
  ) {
    throw damagedIdentity("the padding of its secret part is wrong");
  }
  return { seed, comment: textOf(comment) };
}

/** Cipher block size that the secret part is padded to, in bytes. */
function blockBytes(lock: OpensshFile["lock"]): number {
  return lock === undefined ? 8 : 16;
}

/** An SSH name: printable US-ASCII (RFC 4251 section 6). */
function nameOf(bytes: Bytes): string {
  return String.fromCharCode(...bytes.slice(0, 64));
}

function textOf(bytes: Bytes): string {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    throw damagedIdentity("its comment is not UTF-8", error);
  }
}
