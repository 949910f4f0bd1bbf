import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { concat } from "../bytes.ts";
import { isEd25519Public } from "./ed25519.ts";

/** What stands before the 32 key bytes in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Uint8Array.fromHex("302a300506032b6570032100");

/** Keys kept ready: more than the members of the largest sealed room. */
const MAX_KEYS = 512;

/** Public keys of members, by their bytes in hex; the oldest go first. */
const keys = new Map<string, KeyObject>();

/**
 * Like `verifyEd25519`, but at once, and with the key kept ready: a member of a
 * sealed room signs each message.
 */
export function verifyEd25519Sync(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = keyOf(publicKey);
  return key !== undefined && verify(null, message, key, signature);
}

function keyOf(publicKey: Uint8Array): KeyObject | undefined {
  const id = publicKey.toHex();
  const known = keys.get(id);
  if (known !== undefined) return known;
  if (!isEd25519Public(publicKey)) return undefined;
  const der = Buffer.from(concat(SPKI_PREFIX, publicKey));
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value ?? "");
  keys.set(id, key);
  return key;
}
