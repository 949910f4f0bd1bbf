import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import { ED25519_PUBLIC_BYTES } from "../crypto/ed25519.ts";

/** Name of the only key type this program knows (RFC 8709 section 4). */
export const SSH_KEY_TYPE = "ssh-ed25519";

const PREFIX = concat(sshString(utf8(SSH_KEY_TYPE)), uint32(32));

/** Size of the SSH wire form of an Ed25519 public key, in bytes: 51. */
export const SSH_BLOB_BYTES = PREFIX.length + ED25519_PUBLIC_BYTES;

/**
 * The SSH wire form of a public key of 32 bytes (RFC 8709 section 4):
 * `string "ssh-ed25519" || string key`. Fingerprints are hashes of it.
 */
export function encodeSshBlob(publicKey: Bytes): Bytes {
  return concat(PREFIX, publicKey);
}

/**
 * The 32 key bytes inside {@linkcode encodeSshBlob}'s result, or `undefined`
 * when `blob` is anything else. Checks the form, not the point.
 */
export function decodeSshBlob(blob: Bytes): Bytes | undefined {
  if (blob.length !== SSH_BLOB_BYTES) return undefined;
  if (!equalBytes(blob.subarray(0, PREFIX.length), PREFIX)) return undefined;
  return blob.slice(PREFIX.length);
}

/** `bytes` after their length as four big-endian bytes (RFC 4251 section 5). */
function sshString(bytes: Bytes): Bytes {
  return concat(uint32(bytes.length), bytes);
}

function uint32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
