import { type Bytes, concat, equalBytes } from "../bytes.ts";
import {
  ed25519PublicOf,
  exportEd25519Private,
  exportEd25519Public,
  generateEd25519,
  importEd25519Private,
  signEd25519,
} from "../crypto/ed25519.ts";
import { damagedIdentity } from "./damaged.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { type PublicIdentity, publicIdentity } from "./public_identity.ts";

/**
 * What stands before the 32 secret bytes (RFC 8410 section 7): version 0, the
 * algorithm, two nested octet strings; no attributes, and no public key, which
 * WebCrypto would take without a look at whether it belongs to the private one.
 */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420");

const NOT_PKCS8 = "it is not an Ed25519 private key in PKCS #8";

/** An identity of our own: it can sign. */
export interface Identity extends PublicIdentity {
  /** Signs `message` (RFC 8032 section 5.1.6): 64 bytes. */
  sign(message: Bytes): Promise<Bytes>;
}

/** Makes an identity that lives in memory only: its key cannot be exported. */
export async function generateIdentity(): Promise<Identity> {
  const pair = await generateEd25519({ extractable: false });
  return new KeyIdentity(
    pair.privateKey,
    await publicIdentity(await exportEd25519Public(pair.publicKey)),
  );
}

/**
 * Makes a private key to be kept in a file: PKCS #8 DER (RFC 8410), 48 bytes.
 * Wipe it once it is written.
 */
export async function generatePrivateKey(): Promise<Bytes> {
  const pair = await generateEd25519({ extractable: true });
  return await exportEd25519Private(pair.privateKey);
}

/** The PKCS #8 form, 48 bytes, of a private key of 32 bytes. */
export function pkcs8OfSeed(seed: Bytes): Bytes {
  return concat(PKCS8_PREFIX, seed);
}

/**
 * Loads a private key; afterwards it can sign but no longer be exported.
 *
 * @param pkcs8 PKCS #8 DER (RFC 8410), 48 bytes. The caller may wipe it.
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED` when it is anything else.
 */
export async function identityFromPkcs8(pkcs8: Bytes): Promise<Identity> {
  if (!equalBytes(pkcs8.subarray(0, 16), PKCS8_PREFIX)) {
    throw damagedIdentity(NOT_PKCS8);
  }
  try {
    const readable = await importEd25519Private(pkcs8, { extractable: true });
    const publicKey = await ed25519PublicOf(readable);
    return new KeyIdentity(
      await importEd25519Private(pkcs8, { extractable: false }),
      await publicIdentity(publicKey),
    );
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw damagedIdentity(NOT_PKCS8, error);
  }
}

/** Keeps the private key where no enumeration or log of the object finds it. */
class KeyIdentity implements Identity {
  readonly publicKey: Bytes;
  readonly fingerprint: Fingerprint;
  readonly #key: CryptoKey;

  constructor(key: CryptoKey, known: PublicIdentity) {
    this.#key = key;
    this.publicKey = known.publicKey;
    this.fingerprint = known.fingerprint;
  }

  async sign(message: Bytes): Promise<Bytes> {
    return await signEd25519(this.#key, message);
  }
}
