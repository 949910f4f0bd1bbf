import type { Bytes } from "../bytes.ts";
import { sha256, SHA256_BYTES } from "../crypto/sha256.ts";
import { ChatError } from "../errors.ts";
import { encodeSshBlob } from "./ssh_blob.ts";

/**
 * `SHA256:` and 43 characters of unpadded base64: the SHA-256 of the SSH wire
 * form of a public key, exactly what `ssh-keygen -lf` prints for it.
 */
export type Fingerprint = string & { readonly __brand: "Fingerprint" };

const PREFIX = "SHA256:";
const SHAPE = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** Computes the fingerprint of a raw Ed25519 public key, 32 bytes. */
export async function fingerprintOf(publicKey: Bytes): Promise<Fingerprint> {
  return fingerprintFromBytes(await sha256(encodeSshBlob(publicKey)));
}

/**
 * Reads a fingerprint as people paste it. Exactly one text is accepted per
 * fingerprint: no padding, no white space, no stray bits in the last character.
 *
 * @throws {ChatError} `CHAT_FINGERPRINT_INVALID`.
 */
export function parseFingerprint(text: string): Fingerprint {
  if (!SHAPE.test(text)) {
    throw invalid(`it is not ${PREFIX} and 43 characters of base64`);
  }
  const digest = Uint8Array.fromBase64(text.slice(PREFIX.length));
  const fingerprint = fingerprintFromBytes(digest);
  if (fingerprint !== text) {
    throw invalid("its last character carries stray bits");
  }
  return fingerprint;
}

/** The digest inside a fingerprint, 32 bytes. */
export function fingerprintBytes(fingerprint: Fingerprint): Bytes {
  return Uint8Array.fromBase64(fingerprint.slice(PREFIX.length));
}

/**
 * Inverse of {@linkcode fingerprintBytes}.
 *
 * @throws {ChatError} `CHAT_FINGERPRINT_INVALID` when `digest` is not 32 bytes.
 */
export function fingerprintFromBytes(digest: Bytes): Fingerprint {
  if (digest.length !== SHA256_BYTES) {
    throw invalid(`it has ${digest.length} bytes, not ${SHA256_BYTES}`);
  }
  return PREFIX + digest.toBase64({ omitPadding: true }) as Fingerprint;
}

function invalid(found: string): ChatError {
  return new ChatError(
    "CHAT_FINGERPRINT_INVALID",
    `Cannot read fingerprint: ${found}`,
  );
}
