import type { Bytes } from "../bytes.ts";
import {
  AES_KEY_BYTES,
  AesGcmKey,
  GCM_NONCE_BYTES,
} from "../crypto/aes_gcm.ts";
import { HkdfSecret } from "../crypto/hkdf.ts";
import type { OnKey } from "./key_log.ts";

const NO_CONTEXT: Bytes = new Uint8Array(0);
const SECRET_BYTES = 32;

/** Key and IV of one direction and epoch, and the way to the next epoch. */
export interface TrafficKey {
  readonly key: AesGcmKey;
  /** Static IV, 12 bytes, that sequence numbers are XORed into. */
  readonly iv: Bytes;
  /** Ratchets forward (docs/protocol.md, "KeyUpdate"): no way back. */
  next(): Promise<TrafficKey>;
}

/**
 * Expands a traffic secret (docs/protocol.md, "Traffic keys"; the form of RFC
 * 8446 sections 7.2 and 7.3).
 *
 * @param secret 32 bytes.
 * @param onKey Told this key and each that follows it.
 */
export async function trafficKey(
  secret: Bytes,
  onKey?: OnKey,
): Promise<TrafficKey> {
  const hkdf = await HkdfSecret.import(secret);
  const [key, iv] = await Promise.all([
    hkdf.expandLabel("key", NO_CONTEXT, AES_KEY_BYTES),
    hkdf.expandLabel("iv", NO_CONTEXT, GCM_NONCE_BYTES),
  ]);
  onKey?.(key, iv);
  return {
    key: new AesGcmKey(key),
    iv,
    next: async (): Promise<TrafficKey> =>
      await trafficKey(
        await hkdf.expandLabel("traffic upd", NO_CONTEXT, SECRET_BYTES),
        onKey,
      ),
  };
}
