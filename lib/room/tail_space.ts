import type { Chunk } from "./chunk.ts";

/** Chunks that all tails may have in memory: 16 MiB. */
export const MAX_CHUNKS = 256;

/**
 * Bounds what the tails of all rooms take together. Beyond it the chunk that was
 * begun first is given up, whichever room it belongs to: its readers go on from
 * the history.
 */
export class TailSpace {
  /** In the order they were begun, with what to do when one is given up. */
  readonly #chunks = new Map<Chunk, () => void>();
  readonly #max: number;

  /** @param max Lowers {@linkcode MAX_CHUNKS}, for tests. */
  constructor(max: number = MAX_CHUNKS) {
    this.#max = Math.min(max, MAX_CHUNKS);
  }

  /** Chunks in memory. */
  get size(): number {
    return this.#chunks.size;
  }

  /** Makes space for a chunk. */
  claim(chunk: Chunk, giveUp: () => void): void {
    this.#chunks.set(chunk, giveUp);
    for (const [oldest, lose] of this.#chunks) {
      if (this.#chunks.size <= this.#max) break;
      this.#chunks.delete(oldest);
      lose();
    }
  }

  /** Notes that a chunk is not needed any more. */
  release(chunk: Chunk): void {
    this.#chunks.delete(chunk);
  }
}
