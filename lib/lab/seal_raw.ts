import type { Bytes } from "../bytes.ts";
import { RecordCounter } from "../channel/record_counter.ts";
import { trafficKey } from "../channel/traffic_key.ts";
import {
  encodeFrame,
  frameHeader,
  RECORD_OVERHEAD_BYTES,
} from "../wire/frame.ts";

/**
 * Seals any plaintext, well-formed or not, as record number `sequence` under a
 * traffic secret: what a hostile peer that finished the handshake can do.
 */
export async function sealRaw(
  secret: Bytes,
  plaintext: Bytes,
  options: { sequence?: number; additionalData?: Bytes } = {},
): Promise<Bytes> {
  const { key, iv } = await trafficKey(secret);
  const counter = new RecordCounter(iv);
  for (let i = 0; i < (options.sequence ?? 0); i++) counter.claim(0);
  return encodeFrame(
    await key.seal(plaintext, {
      nonce: counter.claim(0),
      additionalData: options.additionalData ??
        frameHeader(plaintext.length + RECORD_OVERHEAD_BYTES),
    }),
  );
}
