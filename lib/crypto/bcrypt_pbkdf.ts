// @ts-types="./bcrypt_pbkdf.d.ts"
import library from "bcrypt-pbkdf";
import type { Bytes } from "../bytes.ts";

/**
 * Derives a key from a passphrase as OpenSSH does for its key files
 * (bcrypt_pbkdf(3)). Blocks: a round takes about 12 ms.
 *
 * @param passphrase At least one byte.
 * @param length Size of the key, in bytes: 1 to 1024.
 * @param options `rounds` is the work to do: bound it before you call. `salt`
 * holds at least one byte.
 * @throws {RangeError} when an argument is out of range.
 */
export function bcryptPbkdf(
  passphrase: Bytes,
  length: number,
  options: { readonly salt: Bytes; readonly rounds: number },
): Bytes {
  const { salt, rounds } = options;
  const out = new Uint8Array(length);
  const status = library.pbkdf(
    passphrase,
    passphrase.length,
    salt,
    salt.length,
    out,
    length,
    rounds,
  );
  if (status !== 0) {
    throw new RangeError("Cannot derive key: an argument is out of range");
  }
  return out;
}
