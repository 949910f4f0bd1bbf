import { type Bytes, equalBytes } from "../bytes.ts";
import {
  AES_CBC_IV_BYTES,
  decryptAesCbc,
  encryptAesCbc,
} from "../crypto/aes_cbc.ts";
import { pbkdf2 } from "../crypto/pbkdf2.ts";
import { damagedIdentity } from "./damaged.ts";
import { DerReader, encodeDer, encodeDerInteger, TAG } from "./der.ts";

/**
 * PBKDF2 iterations for files we write: what OWASP's Password Storage Cheat
 * Sheet asks of HMAC-SHA-256. OpenSSL 3.0 writes 2048 unless told otherwise.
 */
export const PBKDF2_ITERATIONS = 600_000;
/** Most iterations a file may ask of us: about a second of work. */
export const MAX_PBKDF2_ITERATIONS = 10_000_000;

const SALT_BYTES = 16;
const MAX_SALT_BYTES = 64;
const AES_256_KEY_BYTES = 32;

/** How a file is encrypted, and what is encrypted. */
export interface Pbes2 {
  readonly salt: Bytes;
  readonly iterations: number;
  readonly iv: Bytes;
  readonly ciphertext: Bytes;
}

// Object identifiers, as the contents of their DER elements.
const PBES2 = Uint8Array.fromHex("2a864886f70d01050d"); // RFC 8018 A.4
const PBKDF2 = Uint8Array.fromHex("2a864886f70d01050c"); // RFC 8018 A.2
const HMAC_SHA256 = Uint8Array.fromHex("2a864886f70d0209"); // RFC 8018 B.1.2
const AES_256_CBC = Uint8Array.fromHex("60864801650304012a"); // RFC 8018 B.2.5

/**
 * Decodes an EncryptedPrivateKeyInfo (RFC 5958 section 3) that uses PBES2 with
 * PBKDF2-HMAC-SHA-256 and AES-256-CBC: OpenSSL's default, and all we know.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED` when it is anything else, or asks
 * for more than {@linkcode MAX_PBKDF2_ITERATIONS}.
 */
export function decodePbes2(der: Bytes): Pbes2 {
  const file = new DerReader(der);
  const info = file.takeSequence();
  file.finish();
  const algorithm = info.takeSequence();
  const ciphertext = info.take(TAG.octetString);
  info.finish();
  expectOid(algorithm, PBES2, "PBES2");
  const schemes = algorithm.takeSequence();
  algorithm.finish();
  const derivation = schemes.takeSequence();
  const encryption = schemes.takeSequence();
  schemes.finish();
  return { ...decodePbkdf2(derivation), ...decodeCbc(encryption), ciphertext };
}

/** Inverse of {@linkcode decodePbes2}: the encoding that OpenSSL writes. */
export function encodePbes2(file: Pbes2): Bytes {
  const { salt, iterations, iv, ciphertext } = file;
  const sequence = (...parts: Bytes[]): Bytes =>
    encodeDer(TAG.sequence, ...parts);
  const oid = (content: Bytes): Bytes => encodeDer(TAG.oid, content);
  const octets = (content: Bytes): Bytes => encodeDer(TAG.octetString, content);

  const prf = sequence(oid(HMAC_SHA256), encodeDer(TAG.null));
  const work = sequence(octets(salt), encodeDerInteger(iterations), prf);
  const derivation = sequence(oid(PBKDF2), work);
  const encryption = sequence(oid(AES_256_CBC), octets(iv));
  return sequence(
    sequence(oid(PBES2), sequence(derivation, encryption)),
    octets(ciphertext),
  );
}

/** Encrypts a file with fresh salt and IV. */
export async function sealPbes2(
  plaintext: Bytes,
  passphrase: Bytes,
): Promise<Pbes2> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(AES_CBC_IV_BYTES));
  const work = { salt, iterations: PBKDF2_ITERATIONS };
  const key = await pbkdf2(passphrase, AES_256_KEY_BYTES, work);
  return { ...work, iv, ciphertext: await encryptAesCbc(key, iv, plaintext) };
}

/**
 * Decrypts a file. A wrong passphrase yields `undefined` or, once in 256
 * times, noise: PBES2 authenticates nothing.
 */
export async function openPbes2(
  file: Pbes2,
  passphrase: Bytes,
): Promise<Bytes | undefined> {
  const key = await pbkdf2(passphrase, AES_256_KEY_BYTES, file);
  return await decryptAesCbc(key, file.iv, file.ciphertext);
}

function decodePbkdf2(
  algorithm: DerReader,
): { salt: Bytes; iterations: number } {
  expectOid(algorithm, PBKDF2, "PBKDF2");
  const parameters = algorithm.takeSequence();
  algorithm.finish();
  const salt = parameters.take(TAG.octetString);
  const iterations = parameters.takeInteger();
  if (parameters.isNext(TAG.integer)) { // keyLength is optional
    const length = parameters.takeInteger();
    if (length !== AES_256_KEY_BYTES) {
      throw damagedIdentity(`it asks for a key of ${length} bytes, not 32`);
    }
  }
  const prf = parameters.takeSequence();
  parameters.finish();
  expectOid(prf, HMAC_SHA256, "HMAC-SHA-256");
  if (prf.take(TAG.null).length !== 0) throw damagedIdentity("NULL is not");
  prf.finish();
  if (salt.length === 0 || salt.length > MAX_SALT_BYTES) {
    throw damagedIdentity(`its salt has ${salt.length} bytes`);
  }
  if (iterations === 0 || iterations > MAX_PBKDF2_ITERATIONS) {
    throw damagedIdentity(
      `it asks for ${iterations} PBKDF2 iterations, not 1 to ${MAX_PBKDF2_ITERATIONS}`,
    );
  }
  return { salt, iterations };
}

function decodeCbc(algorithm: DerReader): { iv: Bytes } {
  expectOid(algorithm, AES_256_CBC, "AES-256-CBC");
  const iv = algorithm.take(TAG.octetString);
  algorithm.finish();
  if (iv.length !== AES_CBC_IV_BYTES) {
    throw damagedIdentity(`its IV has ${iv.length} bytes, not 16`);
  }
  return { iv };
}

function expectOid(reader: DerReader, oid: Bytes, name: string): void {
  if (!equalBytes(reader.take(TAG.oid), oid)) {
    throw damagedIdentity(
      `it is encrypted with something else than ${name}; rewrite it with \`openssl pkcs8 -topk8 -v2 aes-256-cbc\``,
    );
  }
}
