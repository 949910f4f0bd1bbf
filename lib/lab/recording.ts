import { type Bytes, concat } from "../bytes.ts";

/** Which way bytes went: from the client to the server, or back. */
export type Direction = "up" | "down";

/** Both directions, as a list. */
export const DIRECTIONS: readonly Direction[] = ["up", "down"];

/** Bytes as they came out of the network at once. */
export interface Capture {
  readonly direction: Direction;
  /** Milliseconds since the eavesdropper began to listen. */
  readonly at: number;
  readonly bytes: Bytes;
}

/** Everything one connection carried, in the order it was seen. */
export class Recording {
  readonly #captures: Capture[] = [];
  readonly #sizes: Record<Direction, number> = { up: 0, down: 0 };
  readonly #ended = Promise.withResolvers<void>();
  #hasEnded = false;

  /** What was seen so far. */
  get captures(): readonly Capture[] {
    return this.#captures;
  }

  /** Resolves when both directions are over and nothing more can come. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether {@linkcode Recording.ended} has resolved. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Bytes seen in one direction. */
  size(direction: Direction): number {
    return this.#sizes[direction];
  }

  /** Adds what was just seen. */
  add(capture: Capture): void {
    this.#captures.push(capture);
    this.#sizes[capture.direction] += capture.bytes.length;
  }

  /** Says that nothing more will come. */
  end(): void {
    this.#hasEnded = true;
    this.#ended.resolve();
  }

  /** One direction as the stream it was, from the byte `from` on. */
  stream(direction: Direction, from = 0): Bytes {
    const chunks = this.#captures
      .filter((capture) => capture.direction === direction)
      .map(({ bytes }) => bytes);
    return concat(...chunks).slice(from);
  }
}
