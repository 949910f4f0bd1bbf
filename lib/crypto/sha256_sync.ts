import { createHash } from "node:crypto";
import type { Bytes } from "../bytes.ts";

/**
 * SHA-256 of a few bytes (FIPS 180-4), 32 bytes, at once: for decisions that
 * must be made in order, where a promise would let others come in between.
 */
export function sha256Sync(bytes: Uint8Array): Bytes {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}
