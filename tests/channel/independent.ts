/**
 * chat/1 written a second time, from docs/protocol.md and with node:crypto
 * alone, so that the published vectors are not merely what our code says of
 * itself. Nothing of lib/ is imported here.
 */

import { Buffer } from "node:buffer";
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  verify,
} from "node:crypto";

/** Hexadecimal to bytes. */
export function bytes(...hex: readonly string[]): Buffer {
  return Buffer.from(hex.join(""), "hex");
}

/** SHA-256, hexadecimal in and out. */
export function sha256(...hex: readonly string[]): string {
  return createHash("sha256").update(bytes(...hex)).digest("hex");
}

/** SHA3, hexadecimal in and out. */
export function sha3(bits: 256 | 512, ...hex: readonly string[]): string {
  return createHash(`sha3-${bits}`).update(bytes(...hex)).digest("hex");
}

/** HMAC-SHA-256, hexadecimal in and out. */
export function hmac(key: string, message: string): string {
  return createHmac("sha256", bytes(key)).update(bytes(message)).digest("hex");
}

/** HKDF-Extract is one HMAC (RFC 5869 section 2.2). */
export function extract(salt: string, ikm: string): string {
  return hmac(salt, ikm);
}

/** The encoded HkdfLabel of RFC 8446 section 7.1, with the prefix of chat/1. */
export function hkdfLabel(
  label: string,
  context: string,
  length: number,
): string {
  const name = Buffer.from(`chat/1 ${label}`).toString("hex");
  const u8 = (value: number): string => value.toString(16).padStart(2, "0");
  return length.toString(16).padStart(4, "0") + u8(name.length / 2) + name +
    u8(context.length / 2) + context;
}

/** HKDF-Expand-Label for at most one block: `T(1) = HMAC(PRK, info || 01)`. */
export function expandLabel(
  secret: string,
  label: string,
  context = "",
  length = 32,
): string {
  const block = hmac(secret, hkdfLabel(label, context, length) + "01");
  return block.slice(0, 2 * length);
}

/** What a role signs. */
export function signatureInput(role: string, hash: string): string {
  const label = Buffer.from(`chat/1 ${role}`).toString("hex");
  return "20".repeat(64) + label + "00" + hash;
}

/** Whether an Ed25519 signature holds. */
export function isSignedBy(
  publicKey: string,
  message: string,
  signature: string,
): boolean {
  const key = createPublicKey({
    key: bytes("302a300506032b6570032100", publicKey),
    format: "der",
    type: "spki",
  });
  return verify(null, bytes(message), key, bytes(signature));
}

/** The Ed25519 public key that belongs to a seed. */
export function ed25519Public(seed: string): string {
  const privateKey = createPrivateKey({
    key: bytes("302e020100300506032b657004220420", seed),
    format: "der",
    type: "pkcs8",
  });
  return createPublicKey(privateKey)
    .export({ format: "der", type: "spki" })
    .subarray(-32).toString("hex");
}

/** The X25519 secret of a private and a public key. */
export function x25519(privateKey: string, publicKey: string): string {
  return diffieHellman({
    privateKey: createPrivateKey({
      key: bytes("302e020100300506032b656e04220420", privateKey),
      format: "der",
      type: "pkcs8",
    }),
    publicKey: createPublicKey({
      key: bytes("302a300506032b656e032100", publicKey),
      format: "der",
      type: "spki",
    }),
  }).toString("hex");
}

/** `IV XOR sequence`, the sequence right-aligned. */
export function nonceOf(iv: string, sequence: number): string {
  const nonce = bytes(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce.toString("hex");
}

/** Opens one frame; throws when it does not authenticate. */
export function openFrame(
  frame: string,
  { key, iv, sequence }: { key: string; iv: string; sequence: number },
): string {
  const whole = bytes(frame);
  const length = whole.readUInt32BE(0);
  if (whole.length !== 4 + length) throw new Error("not one frame");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    bytes(key),
    bytes(nonceOf(iv, sequence)),
    { authTagLength: 16 },
  );
  decipher.setAAD(whole.subarray(0, 4));
  decipher.setAuthTag(whole.subarray(-16));
  const plaintext = decipher.update(whole.subarray(4, -16));
  decipher.final();
  return plaintext.toString("hex");
}
