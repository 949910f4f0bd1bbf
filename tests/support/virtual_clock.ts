import type { Clock } from "../../lib/member/link.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that only moves when it is told to. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#sleepers.size;
  }

  /** When the next one wakes; `undefined` when nobody waits. */
  get next(): number | undefined {
    const times = [...this.#sleepers].map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async delay(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { at: this.#now + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal.addEventListener("abort", resolve as () => void);
    await promise;
    signal.removeEventListener("abort", resolve as () => void);
    this.#sleepers.delete(sleeper);
  }

  /** Lets time pass, waking sleepers in their order. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const due = [...this.#sleepers].filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.at);
      this.#sleepers.delete(due);
      due.wake();
    }
    this.#now = end;
  }
}

/** Resolves when everything that needs no time has happened. */
export async function settle(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<void>();
  port2.onmessage = (): void => resolve();
  port1.postMessage(null);
  await promise;
  port1.close();
  port2.close();
}
