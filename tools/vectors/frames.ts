import { type Bytes, concat } from "../../lib/bytes.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { FRAME_HEADER_BYTES } from "../../lib/wire/frame.ts";

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
