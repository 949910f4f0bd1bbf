import type { VirtualTime } from "./virtual_time.ts";

/** What happened, as a number that tells two runs apart, or for people to read. */
export class Trace {
  readonly #time: VirtualTime;
  readonly #lines: string[] | undefined;
  readonly #start: number;
  /** FNV-1a, 32 bits. */
  #hash = 0x811c9dc5;

  /** @param options `keep`: whether its lines are to be read later. */
  constructor(time: VirtualTime, options: { readonly keep: boolean }) {
    this.#time = time;
    this.#start = time.now;
    this.#lines = options.keep ? [] : undefined;
  }

  note(text: string): void {
    const at = this.#time.now - this.#start;
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
    this.#mix(at);
    this.#lines?.push(`${(at / 1000).toFixed(3).padStart(9)}  ${text}`);
  }

  /** The same for two runs in which the same happened. */
  get hash(): string {
    return this.#hash.toString(16).padStart(8, "0");
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193) >>> 0;
  }
}
