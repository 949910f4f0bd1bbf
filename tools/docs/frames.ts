import type { Bytes } from "../../lib/bytes.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { FRAME_HEADER_BYTES } from "../../lib/wire/frame.ts";

/** The first frame of `bytes`, as a receiver sees it. */
export function openFrame(bytes: Bytes): Frame {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return {
    header: bytes.slice(0, FRAME_HEADER_BYTES),
    body: bytes.slice(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length),
  };
}
