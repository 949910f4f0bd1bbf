import { type Bytes, concat } from "../../lib/bytes.ts";
import { type Direction, Recording } from "../../lib/lab/recording.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";

/** A finished recording of frames with these bodies. */
export function recordingOf(
  bodies: Readonly<Record<Direction, readonly Bytes[]>>,
): Recording {
  const recording = new Recording();
  for (const direction of ["up", "down"] as const) {
    const bytes = concat(...bodies[direction].map(encodeFrame));
    recording.add({ direction, at: 0, bytes });
  }
  recording.end();
  return recording;
}

/** Random bytes. */
export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
