import type { Bytes } from "../../lib/bytes.ts";
import type { Input, Timer } from "../../lib/ui/terminal/terminal_io.ts";

/** Delays that nobody notices, in milliseconds. */
const SHORT_MS = 1_000;

/** Input and time that a test controls. */
export class FakeInput implements Input, Timer {
  /** Whether each delay lasts until `elapse()`; else short ones are over at once. */
  patient = false;
  /** How long each delay was to last, in milliseconds. */
  readonly delays: number[] = [];
  #chunks: (Bytes | null)[] = [];
  #arrived: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  /** Lets bytes come in; null is their end. */
  feed(bytes: Bytes | null): void {
    this.#chunks.push(bytes);
    this.#arrived?.();
  }

  async read(signal: AbortSignal): Promise<Bytes | null | undefined> {
    while (this.#chunks.length === 0 && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#arrived = resolve;
      signal.addEventListener("abort", () => resolve());
      await promise;
    }
    return signal.aborted ? undefined : this.#chunks.shift();
  }

  async delay(ms: number, signal?: AbortSignal): Promise<void> {
    this.delays.push(ms);
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted) return;
    signal?.addEventListener("abort", () => resolve());
    if (this.patient || ms > SHORT_MS) this.#waiting.push(resolve);
    else setTimeout(resolve, 0);
    await promise;
  }

  /** Lets all delays pass. */
  elapse(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  now(): number {
    return 0;
  }
}
