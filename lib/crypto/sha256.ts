import type { Bytes } from "../bytes.ts";

/** Digest size, in bytes (FIPS 180-4). */
export const SHA256_BYTES = 32;

/** SHA-256 of `bytes` (FIPS 180-4): 32 bytes. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
