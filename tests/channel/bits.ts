import type { Bytes } from "../../lib/bytes.ts";
import type { Frame } from "../../lib/channel/record_opener.ts";
import { ChatError, type ErrorCode } from "../../lib/errors.ts";
import { type AcceptLength, FrameBuffer } from "../../lib/wire/frame.ts";

/** How many attempts share the thread pool at a time. */
const CONCURRENCY = 64;

/** `bytes` with one bit flipped; bit 0 is the lowest of the first byte. */
export function flipped(bytes: Bytes, bit: number): Bytes {
  const copy = bytes.slice();
  copy[bit >> 3] = copy[bit >> 3] as number ^ (1 << (bit & 7));
  return copy;
}

/**
 * Runs `attempt` on every number from `from` below `to` and counts outcomes:
 * the code of the error it is refused with, or what it resolves to.
 */
export async function outcomes(
  [from, to]: readonly [number, number],
  attempt: (n: number) => Promise<string>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let start = from; start < to; start += CONCURRENCY) {
    const size = Math.min(CONCURRENCY, to - start);
    const found = await Promise.all(
      Array.from({ length: size }, (_, i) => codeOf(() => attempt(start + i))),
    );
    for (const each of found) counts[each] = (counts[each] ?? 0) + 1;
  }
  return counts;
}

/** Code of the ChatError that `body` throws; other errors are thrown on. */
export async function codeOf(
  body: () => Promise<string>,
): Promise<ErrorCode | string> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}

/** What a receiver makes of `bytes`: a frame, or the wait for more of it. */
export function arrive(
  bytes: Bytes,
  accept: AcceptLength,
): Frame | "incomplete" {
  const buffer = new FrameBuffer();
  for (let at = 0; at < bytes.length;) {
    const space = buffer.space();
    const count = Math.min(space.length, bytes.length - at);
    space.set(bytes.subarray(at, at + count));
    buffer.commit(count);
    at += count;
    const frame = buffer.next(accept);
    if (frame !== undefined) return frame;
  }
  return "incomplete";
}
