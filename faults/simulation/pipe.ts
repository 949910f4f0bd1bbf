import type { VirtualTime } from "./virtual_time.ts";

/** One direction of a connection: in order, each after a time of its own. */
export class Pipe<T> {
  readonly #time: VirtualTime;
  readonly #latency: () => number;
  readonly #deliver: (item: T) => void;
  #free = 0;
  #stopped = false;

  constructor(
    time: VirtualTime,
    options: {
      /** Milliseconds that the next item takes. */
      readonly latency: () => number;
      readonly deliver: (item: T) => void;
    },
  ) {
    this.#time = time;
    this.#latency = options.latency;
    this.#deliver = options.deliver;
  }

  send(item: T): void {
    if (this.#stopped) return;
    const { now } = this.#time;
    this.#free = Math.max(this.#free, now + this.#latency());
    this.#time.after(this.#free - now, () => {
      if (!this.#stopped) this.#deliver(item);
    });
  }

  /** What is on its way is lost, and so is whatever is sent later. */
  stop(): void {
    this.#stopped = true;
  }
}
