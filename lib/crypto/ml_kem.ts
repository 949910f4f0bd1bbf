import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** Encapsulation key size, in bytes (FIPS 203 section 8, ML-KEM-768). */
export const ML_KEM_PUBLIC_BYTES = 1184;
/** Size of the seed that a key pair follows from: d || z of FIPS 203 section 7.1. */
export const ML_KEM_SEED_BYTES = 64;
/** Ciphertext size, in bytes (FIPS 203 section 8, ML-KEM-768). */
export const ML_KEM_CIPHERTEXT_BYTES = 1088;

const ML_KEM = { name: "ML-KEM-768" };

interface Encapsulated {
  readonly ciphertext: ArrayBuffer;
  readonly sharedKey: ArrayBuffer;
}

// Deno 2.9 implements ML-KEM but its type library does not declare it yet.
// This is the only place that may widen `crypto.subtle`.
const subtle = crypto.subtle as unknown as {
  generateKey(
    algorithm: typeof ML_KEM,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKeyPair>;
  importKey(
    format: "raw-public" | "raw-seed",
    keyData: Bytes,
    algorithm: typeof ML_KEM,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  exportKey(format: "jwk", key: CryptoKey): Promise<{ readonly pub: string }>;
  encapsulateBits(
    algorithm: typeof ML_KEM,
    publicKey: CryptoKey,
  ): Promise<Encapsulated>;
  decapsulateBits(
    algorithm: typeof ML_KEM,
    privateKey: CryptoKey,
    ciphertext: Bytes,
  ): Promise<ArrayBuffer>;
};

/** An ephemeral ML-KEM-768 key pair whose private half cannot be read. */
export interface MlKemKeyPair {
  /** Encapsulation key, 1184 bytes. */
  readonly publicKey: Bytes;
  /**
   * The secret inside `ciphertext` (1088 bytes): 32 bytes. A ciphertext made
   * for another key gives an unrelated secret, never an error (implicit
   * rejection, FIPS 203 section 6.3).
   */
  decapsulate(ciphertext: Bytes): Promise<Bytes>;
}

/** Generates an {@linkcode MlKemKeyPair} for one handshake. */
export async function generateMlKem(): Promise<MlKemKeyPair> {
  const pair = await subtle.generateKey(ML_KEM, false, [
    "encapsulateBits",
    "decapsulateBits",
  ]);
  const publicKey = await subtle.exportKey("raw-public", pair.publicKey);
  return keyPair(new Uint8Array(publicKey), pair.privateKey);
}

/**
 * The encapsulation key, 1184 bytes, that belongs to a seed of
 * {@linkcode ML_KEM_SEED_BYTES}.
 */
export async function mlKemPublicOf(seed: Bytes): Promise<Bytes> {
  const key = await subtle.importKey("raw-seed", seed, ML_KEM, true, [
    "decapsulateBits",
  ]);
  const { pub } = await subtle.exportKey("jwk", key);
  return Uint8Array.fromBase64(pub, { alphabet: "base64url" });
}

/**
 * A key pair from its seed: one that was kept, or of test vectors.
 *
 * @param seed d || z of FIPS 203 section 7.1, 64 bytes.
 * @param publicKey The encapsulation key that belongs to it.
 */
export async function mlKemFromSeed(
  seed: Bytes,
  publicKey: Bytes,
): Promise<MlKemKeyPair> {
  return keyPair(
    publicKey,
    await subtle.importKey("raw-seed", seed, ML_KEM, false, [
      "decapsulateBits",
    ]),
  );
}

/**
 * Encapsulates a fresh secret to `publicKey` (FIPS 203 section 7.2).
 *
 * @param publicKey Encapsulation key, 1184 bytes.
 * @returns `ciphertext`, 1088 bytes, and `secret`, 32 bytes.
 * @throws {ChatError} `CHAT_KEY_SHARE_INVALID` when the key fails the modulus
 * check of FIPS 203 section 7.2.
 */
export async function encapsulate(
  publicKey: Bytes,
): Promise<{ ciphertext: Bytes; secret: Bytes }> {
  try {
    const key = await subtle.importKey("raw-public", publicKey, ML_KEM, false, [
      "encapsulateBits",
    ]);
    const { ciphertext, sharedKey } = await subtle.encapsulateBits(ML_KEM, key);
    return {
      ciphertext: new Uint8Array(ciphertext),
      secret: new Uint8Array(sharedKey),
    };
  } catch (cause) {
    throw new ChatError(
      "CHAT_KEY_SHARE_INVALID",
      "Cannot agree on a key: the ML-KEM-768 key is not valid",
      { cause },
    );
  }
}

function keyPair(publicKey: Bytes, privateKey: CryptoKey): MlKemKeyPair {
  return {
    publicKey,
    async decapsulate(ciphertext): Promise<Bytes> {
      return new Uint8Array(
        await subtle.decapsulateBits(ML_KEM, privateKey, ciphertext),
      );
    },
  };
}
