import type { Scene } from "../scene.ts";
import type { Timer } from "./terminal_io.ts";

/** Calls back when what is shown changes by itself, with time. */
export class Ticker {
  readonly #scene: Scene;
  readonly #timer: Timer;
  readonly #onTick: () => void;
  #stop = new AbortController();
  /** When the next tick is due. */
  #due: number | undefined;

  constructor(scene: Scene, timer: Timer, onTick: () => void) {
    this.#scene = scene;
    this.#timer = timer;
    this.#onTick = onTick;
  }

  /** Looks when the next change is; call it when something has changed. */
  wind(): void {
    const { link, views, now } = this.#scene;
    const next = [link.changesIn(), views.current.typists.changesIn(now)]
      .filter((ms) => ms !== undefined);
    if (next.length === 0) return this.stop();
    const wait = Math.min(...next);
    if (this.#due === now + wait) return;
    this.stop();
    this.#due = now + wait;
    void this.#sleep(wait, this.#stop.signal);
  }

  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#due = undefined;
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#timer.delay(ms, signal);
    if (signal.aborted) return;
    this.#due = undefined;
    this.#onTick();
  }
}
