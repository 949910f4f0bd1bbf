import type { Bytes } from "../bytes.ts";

/** Bytes of the length in front of every frame. */
const HEADER_BYTES = 4;

/** One frame of chat/1 as an eavesdropper sees it: a length, and a body. */
export interface SeenFrame {
  /** Where it starts in its direction of the connection. */
  readonly offset: number;
  /** Header and body. */
  readonly bytes: Bytes;
  readonly body: Bytes;
}

/**
 * Cuts one direction of a recording into frames, as anybody who has read
 * docs/protocol.md can. A frame that has not ended yet is left out.
 */
export function splitFrames(stream: Bytes): SeenFrame[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const frames: SeenFrame[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= stream.length) {
    const end = offset + HEADER_BYTES + view.getUint32(offset);
    if (end > stream.length) break;
    const bytes = stream.slice(offset, end);
    frames.push({ offset, bytes, body: bytes.slice(HEADER_BYTES) });
    offset = end;
  }
  return frames;
}
