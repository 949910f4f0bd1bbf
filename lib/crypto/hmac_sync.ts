import { createHmac } from "node:crypto";
import type { Bytes } from "../bytes.ts";

/**
 * HMAC-SHA-256 (RFC 2104) of `parts` in order, 32 bytes, at once: sealed rooms
 * derive hundreds of keys for one change of a group, where a promise for each
 * would cost twenty times as much (docs/sealed.md, "Costs").
 */
export function hmacSha256Sync(
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Bytes {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return Uint8Array.from(hmac.digest());
}
