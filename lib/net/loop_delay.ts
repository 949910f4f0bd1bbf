/** How often it is measured, in milliseconds. */
const EVERY_MS = 250;

/**
 * Measures how late a timer is: that long, everything else waited as well.
 * Disposal ends it.
 */
export class LoopDelay implements Disposable {
  readonly #onDelay: (ms: number) => void;
  #timer: ReturnType<typeof setTimeout>;
  #due: number;

  /** @param onDelay Told the delay in milliseconds, several times a second. */
  constructor(onDelay: (ms: number) => void) {
    this.#onDelay = onDelay;
    this.#due = performance.now() + EVERY_MS;
    this.#timer = setTimeout(() => this.#measure(), EVERY_MS);
  }

  #measure(): void {
    const now = performance.now();
    this.#onDelay(Math.max(0, now - this.#due));
    this.#due = now + EVERY_MS;
    this.#timer = setTimeout(() => this.#measure(), EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
