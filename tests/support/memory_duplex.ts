import type { Bytes } from "../../lib/bytes.ts";
import type { Duplex } from "../../lib/channel/duplex.ts";
import { ChatError } from "../../lib/errors.ts";

/** One direction of a pipe: unbounded, in order, ended once. */
class Pipe {
  #chunks: Bytes[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  write(bytes: Bytes): void {
    this.#chunks.push(bytes.slice());
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async read(into: Bytes, failed: () => unknown): Promise<number | null> {
    for (;;) {
      if (failed() !== undefined) throw failed();
      const [chunk] = this.#chunks;
      if (chunk !== undefined) {
        const count = Math.min(chunk.length, into.length);
        into.set(chunk.subarray(0, count));
        if (count === chunk.length) this.#chunks.shift();
        else this.#chunks[0] = chunk.subarray(count);
        return count;
      }
      if (this.#ended) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  poke(): void {
    this.#wake?.();
  }
}

/** One end of an in-memory connection; records what it wrote. */
export class MemoryDuplex implements Duplex {
  /** Every `write`, in order. */
  readonly written: Bytes[] = [];
  /** Whether `linger` was called. */
  lingering = false;
  /** Resolves when this end is closed. */
  readonly closed: Promise<void>;
  readonly #closed = Promise.withResolvers<void>();
  readonly #incoming: Pipe;
  readonly #outgoing: Pipe;
  #reason: unknown;

  constructor(incoming: Pipe, outgoing: Pipe) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.closed = this.#closed.promise;
  }

  read(into: Bytes): Promise<number | null> {
    return this.#incoming.read(into, () => this.#reason);
  }

  // deno-lint-ignore require-await -- a rejection, not a throw
  async write(bytes: Bytes): Promise<void> {
    if (this.#reason !== undefined) throw this.#reason;
    this.written.push(bytes.slice());
    this.#outgoing.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#outgoing.end();
    return Promise.resolve();
  }

  linger(): void {
    this.lingering = true;
  }

  close(reason?: ChatError): void {
    this.#reason ??= reason ??
      new ChatError("CHAT_CONNECTION_CUT", "Cannot read: closed here");
    this.#outgoing.end();
    this.#incoming.poke();
    this.#closed.resolve();
  }
}

/** Two ends of one connection. */
export function memoryDuplexes(): [MemoryDuplex, MemoryDuplex] {
  const [there, back] = [new Pipe(), new Pipe()];
  return [new MemoryDuplex(there, back), new MemoryDuplex(back, there)];
}
