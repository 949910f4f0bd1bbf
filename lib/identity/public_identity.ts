import type { Bytes } from "../bytes.ts";
import { isEd25519Public } from "../crypto/ed25519.ts";
import { ChatError } from "../errors.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";

/** Who somebody is: a public key that can prove an identity, and its name. */
export interface PublicIdentity {
  /** Raw Ed25519 public key, 32 bytes (RFC 8032 section 5.1.5). */
  readonly publicKey: Bytes;
  readonly fingerprint: Fingerprint;
}

/**
 * Makes an identity of a raw Ed25519 public key, which it copies.
 *
 * @throws {ChatError} `CHAT_IDENTITY_INVALID` when `publicKey` is not 32 bytes,
 * not canonical or of small order.
 */
export async function publicIdentity(
  publicKey: Bytes,
): Promise<PublicIdentity> {
  if (!isEd25519Public(publicKey)) {
    throw new ChatError(
      "CHAT_IDENTITY_INVALID",
      "Cannot accept identity: its public key is not a canonical Ed25519 point of large order",
    );
  }
  const copy = publicKey.slice();
  return { publicKey: copy, fingerprint: await fingerprintOf(copy) };
}
