import { type Bytes, concat } from "../../lib/bytes.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { RecordCounter } from "../../lib/channel/record_counter.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  frameHeader,
  RECORD_OVERHEAD_BYTES,
} from "../../lib/wire/frame.ts";

/** Cuts `bytes`, which must hold whole frames only, into frames. */
export function framesOf(bytes: Bytes): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + FRAME_HEADER_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const header = bytes.slice(at, start);
    at = start + view.getUint32(0);
    frames.push({ header, body: bytes.slice(start, at) });
  }
  return frames;
}

/** The bytes of one frame. */
export function bytesOf({ header, body }: Frame): Bytes {
  return concat(header, body);
}

/** The only frame in `bytes`. */
export function frameOf(bytes: Bytes): Frame {
  const [frame, ...more] = framesOf(bytes);
  if (frame === undefined || more.length > 0) {
    throw new RangeError(`Cannot take one frame: ${more.length + 1} are there`);
  }
  return frame;
}

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
