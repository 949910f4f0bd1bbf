import type { Key } from "../key.ts";
import { ESCAPE_DELAY_MS, KeyDecoder } from "./key_decoder.ts";
import type { Input, Timer } from "./terminal_io.ts";

/** Keys one at a time; those not asked for yet wait for whoever asks next. */
export class Keyboard {
  readonly #io: Input & Timer;
  readonly #decoder = new KeyDecoder();
  readonly #keys: Key[] = [];
  #ended = false;

  constructor(io: Input & Timer) {
    this.#io = io;
  }

  /** The next key, or null when there are no more or `signal` aborts. */
  async read(signal: AbortSignal): Promise<Key | null> {
    while (this.#keys.length === 0 && !this.#ended && !signal.aborted) {
      await this.#fill(signal);
    }
    return signal.aborted ? null : this.#keys.shift() ?? null;
  }

  async #fill(signal: AbortSignal): Promise<void> {
    // Was it the Escape key, or does the rest of a sequence follow?
    const patience = new AbortController();
    const stop = AbortSignal.any([signal, patience.signal]);
    const late = this.#decoder.waiting
      ? this.#io.delay(ESCAPE_DELAY_MS, stop).then(() => patience.abort())
      : undefined;
    const bytes = await this.#io.read(stop);
    if (bytes === null) this.#ended = true;
    else if (bytes !== undefined) this.#keys.push(...this.#decoder.feed(bytes));
    else if (!signal.aborted) this.#keys.push(...this.#decoder.flush());
    patience.abort();
    await late;
  }
}
