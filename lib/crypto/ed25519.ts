import type { Bytes } from "../bytes.ts";

/** Raw public key size, in bytes (RFC 8032 section 5.1.5). */
export const ED25519_PUBLIC_BYTES = 32;

const ED25519 = { name: "Ed25519" };
const P = 2n ** 255n - 19n;

/**
 * y coordinates of the points of order 1, 2, 4 and 8. A key on one of them
 * verifies signatures nobody made, so it proves no identity. The values are
 * computed in `tests/crypto/ed25519_test.ts` from the curve equation.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  P -
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
]);

/** A freshly generated key pair; the private half stays inside WebCrypto. */
export async function generateEd25519(
  options: { extractable: boolean },
): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(ED25519, options.extractable, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
}

/**
 * Imports a PKCS #8 private key (RFC 8410), 48 bytes of DER.
 *
 * @throws {DOMException} `DataError` when it is not an Ed25519 private key.
 */
export async function importEd25519Private(
  pkcs8: Bytes,
  options: { extractable: boolean },
): Promise<CryptoKey> {
  return await crypto.subtle.importKey(
    "pkcs8",
    pkcs8,
    ED25519,
    options.extractable,
    ["sign"],
  );
}

/** Exports an extractable private key as PKCS #8 DER (RFC 8410), 48 bytes. */
export async function exportEd25519Private(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
}

/** Exports a public key as its 32 raw bytes. */
export async function exportEd25519Public(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

/**
 * The public key, 32 bytes, that belongs to an extractable private key; its
 * JWK form carries both (RFC 8037 section 2).
 */
export async function ed25519PublicOf(privateKey: CryptoKey): Promise<Bytes> {
  const { x } = await crypto.subtle.exportKey("jwk", privateKey);
  return Uint8Array.fromBase64(x as string, { alphabet: "base64url" });
}

/** Signs `message` (RFC 8032 section 5.1.6): 64 bytes. */
export async function signEd25519(
  key: CryptoKey,
  message: Bytes,
): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ED25519, key, message));
}

/**
 * Whether `signature` over `message` is by the holder of `publicKey`
 * (RFC 8032 section 5.1.7). False for keys {@linkcode isEd25519Public} refuses.
 */
export async function verifyEd25519(
  claim: { publicKey: Bytes; signature: Bytes; message: Bytes },
): Promise<boolean> {
  if (!isEd25519Public(claim.publicKey)) return false;
  const key = await crypto.subtle.importKey(
    "raw",
    claim.publicKey,
    ED25519,
    false,
    ["verify"],
  );
  return await crypto.subtle.verify(
    ED25519,
    key,
    claim.signature,
    claim.message,
  );
}

/**
 * Whether `bytes` is the canonical encoding of a point that can prove an
 * identity: 32 bytes, y below p (RFC 8032 section 5.1.3), not of small order.
 * Whether the point lies on the curve shows when a signature is verified.
 */
export function isEd25519Public(bytes: Uint8Array): boolean {
  if (bytes.length !== ED25519_PUBLIC_BYTES) return false;
  let y = 0n;
  for (let i = 31; i >= 0; i--) {
    const byte = bytes[i] as number;
    y = (y << 8n) | BigInt(i === 31 ? byte & 0x7f : byte);
  }
  return y < P && !SMALL_ORDER_Y.has(y);
}
