import type { Bytes } from "../bytes.ts";
import { concat, utf8 } from "../bytes.ts";

/** Bytes that are gathered before they are written. */
const CHUNK_BYTES = 65_536;

/** Lines, each with its line feed, in pieces worth a write. */
export function* lineChunks(lines: Iterable<string>): Generator<Bytes> {
  let parts: Bytes[] = [];
  let length = 0;
  for (const line of lines) {
    const part = utf8(`${line}\n`);
    parts.push(part);
    length += part.length;
    if (length < CHUNK_BYTES) continue;
    yield concat(...parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield concat(...parts);
}

/**
 * Writes lines until they end, or whoever reads them has left.
 *
 * @throws what `write` throws, or the reason of `signal` when it is aborted.
 */
export async function writeLines(
  write: (bytes: Bytes) => Promise<number>,
  lines: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const chunk of lineChunks(lines)) {
    signal.throwIfAborted();
    try {
      for (let rest = chunk; rest.length > 0;) {
        rest = rest.subarray(await write(rest));
      }
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) return;
      throw error;
    }
  }
}
