import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { type Bytes, concat } from "../bytes.ts";

/** What stands before the 32 secret bytes in PKCS #8 (RFC 8410 section 7). */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b656e04220420");

/** The public key, 32 bytes, of an X25519 private key of 32 bytes (RFC 7748). */
export function x25519PublicOf(privateKey: Uint8Array): Bytes {
  const der = Buffer.from(concat(PKCS8_PREFIX, privateKey));
  const jwk = createPublicKey(
    createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
  ).export({ format: "jwk" });
  return Uint8Array.fromBase64(jwk.x as string, { alphabet: "base64url" });
}
