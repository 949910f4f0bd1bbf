import type { Bytes } from "../../lib/bytes.ts";
import type { Duplex } from "../../lib/channel/duplex.ts";
import { ChatError } from "../../lib/errors.ts";

/** What a {@linkcode ScriptedDuplex} does beside its script. */
export interface Script {
  /** Waits for `close` after the last chunk, in place of ending the stream. */
  readonly silent?: boolean;
  /** Called before every write; what it returns delays or fails the write. */
  readonly onWrite?: (bytes: Bytes) => Promise<void>;
}

/** A peer that says what it was told to say; records what we say and do. */
export class ScriptedDuplex implements Duplex {
  /** Every `write`, in order. */
  readonly written: Bytes[] = [];
  /** Calls of other methods, in order. */
  readonly calls: string[] = [];
  /** Largest number of writes at the same time. */
  writing = 0;
  maxWriting = 0;
  /** The same for reads. */
  reading = 0;
  maxReading = 0;
  readonly #chunks: Bytes[];
  readonly #script: Script;
  readonly #closed = Promise.withResolvers<void>();
  #reason: ChatError | undefined;

  /** @param chunks What the peer says: each is returned by a `read` of its own. */
  constructor(chunks: readonly Bytes[], script: Script = {}) {
    this.#chunks = chunks.filter((chunk) => chunk.length > 0);
    this.#script = script;
  }

  /** What was written, as one. */
  get sent(): Bytes {
    return new Uint8Array(this.written.flatMap((bytes) => [...bytes]));
  }

  /** Whether the peer said something that was never read. */
  get unread(): boolean {
    return this.#chunks.length > 0;
  }

  /** Resolves when it is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async read(into: Bytes): Promise<number | null> {
    this.reading += 1;
    this.maxReading = Math.max(this.maxReading, this.reading);
    try {
      return await this.#read(into);
    } finally {
      this.reading -= 1;
    }
  }

  async #read(into: Bytes): Promise<number | null> {
    if (this.#reason !== undefined) throw this.#reason;
    const chunk = this.#chunks.shift();
    if (chunk === undefined) {
      if (!this.#script.silent) return null;
      await this.#closed.promise;
      throw this.#reason;
    }
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    if (count < chunk.length) this.#chunks.unshift(chunk.subarray(count));
    return count;
  }

  async write(bytes: Bytes): Promise<void> {
    if (this.#reason !== undefined) throw this.#reason;
    this.writing += 1;
    this.maxWriting = Math.max(this.maxWriting, this.writing);
    try {
      await this.#script.onWrite?.(bytes);
      this.written.push(bytes.slice());
    } finally {
      this.writing -= 1;
    }
  }

  closeWrite(): Promise<void> {
    this.calls.push("closeWrite");
    return Promise.resolve();
  }

  linger(): void {
    this.calls.push("linger");
  }

  close(reason?: ChatError): void {
    if (this.#reason !== undefined) return;
    this.calls.push("close");
    this.#reason = reason ??
      new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: closed here");
    this.#closed.resolve();
  }
}
