import type { Bytes } from "../bytes.ts";

/**
 * Derives a key from a passphrase: PBKDF2 with HMAC-SHA-256 (RFC 8018
 * section 5.2).
 *
 * @param length Size of the key, in bytes.
 * @param options `iterations` is the work to do: bound it before you call.
 */
export async function pbkdf2(
  passphrase: Bytes,
  length: number,
  options: { readonly salt: Bytes; readonly iterations: number },
): Promise<Bytes> {
  const key = await crypto.subtle.importKey(
    "raw",
    passphrase,
    "PBKDF2",
    false,
    ["deriveBits"],
  );
  const algorithm = { name: "PBKDF2", hash: "SHA-256", ...options };
  return new Uint8Array(
    await crypto.subtle.deriveBits(algorithm, key, 8 * length),
  );
}
