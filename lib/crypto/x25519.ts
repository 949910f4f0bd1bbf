import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** Public share and shared secret size, in bytes (RFC 7748 section 6.1). */
export const X25519_BYTES = 32;

const X25519 = { name: "X25519" };

/** An ephemeral key pair whose private half cannot be read. */
export interface X25519KeyPair {
  /** u coordinate, 32 bytes. */
  readonly publicKey: Bytes;
  /**
   * The secret shared with the owner of `peer`, 32 bytes.
   *
   * @throws {ChatError} `CHAT_KEY_SHARE_INVALID` when `peer` is a point of
   * small order, which makes the secret all zeros (RFC 7748 section 6.1;
   * WebCrypto must refuse it, and the tests hold it to that).
   */
  agree(peer: Bytes): Promise<Bytes>;
}

/** Generates an {@linkcode X25519KeyPair} for one handshake. */
export async function generateX25519(): Promise<X25519KeyPair> {
  const pair = await crypto.subtle.generateKey(X25519, false, [
    "deriveBits",
  ]) as CryptoKeyPair;
  const publicKey = await crypto.subtle.exportKey("raw", pair.publicKey);
  return keyPair(new Uint8Array(publicKey), pair.privateKey);
}

/**
 * A key pair from its private scalar: one that was kept, or of test vectors.
 *
 * @param scalar 32 bytes. @param publicKey The share that belongs to it.
 */
export async function x25519FromScalar(
  scalar: Bytes,
  publicKey: Bytes,
): Promise<X25519KeyPair> {
  // PKCS #8 of RFC 8410 section 7: the raw import of a private key is refused.
  const pkcs8 = new Uint8Array(48);
  pkcs8.set(Uint8Array.fromHex("302e020100300506032b656e04220420"), 0);
  pkcs8.set(scalar, 16);
  return keyPair(
    publicKey,
    await crypto.subtle.importKey("pkcs8", pkcs8, X25519, false, [
      "deriveBits",
    ]),
  );
}

function keyPair(publicKey: Bytes, privateKey: CryptoKey): X25519KeyPair {
  return {
    publicKey,
    async agree(peer): Promise<Bytes> {
      const key = await crypto.subtle.importKey("raw", peer, X25519, true, []);
      try {
        return new Uint8Array(
          await crypto.subtle.deriveBits(
            { name: "X25519", public: key },
            privateKey,
            8 * X25519_BYTES,
          ),
        );
      } catch (cause) {
        throw new ChatError(
          "CHAT_KEY_SHARE_INVALID",
          "Cannot agree on a key: the X25519 share is a point of small order",
          { cause },
        );
      }
    },
  };
}
