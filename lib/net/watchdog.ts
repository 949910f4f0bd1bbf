import { ChatError } from "../errors.ts";

/** How long the peer may be silent or stalled, in milliseconds. */
export interface Patience {
  /** After this much silence it is asked for a sign of life. */
  readonly pingAfter: number;
  /** After this much silence it is given up. */
  readonly idle: number;
  /** After this long without accepting a byte we wrote it is given up. */
  readonly stalled: number;
}

/** What both sides use; READY tells the client `idle`. */
export const PATIENCE: Patience = {
  pingAfter: 20_000,
  idle: 60_000,
  stalled: 30_000,
};

/** What is watched: a channel. Counters that only grow. */
export interface Watched {
  readonly progress: {
    readonly received: number;
    readonly written: number;
    readonly writing: boolean;
  };
  ping(): void;
  abort(reason: ChatError): void;
}

/** What to do about a peer at this moment. */
export type Verdict = "fine" | "ping" | "idle" | "stalled";

/** Judges one peer from its progress; holds no clock of its own. */
export class Liveness {
  #received = -1;
  #written = -1;
  #heardAt = 0;
  #wroteAt = 0;
  #pinged = false;
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** @param now Milliseconds of a clock that never goes back. */
  judge(progress: Watched["progress"], now: number): Verdict {
    if (progress.received !== this.#received) {
      this.#received = progress.received;
      this.#heardAt = now;
      this.#pinged = false;
    }
    if (progress.written !== this.#written || !progress.writing) {
      this.#written = progress.written;
      this.#wroteAt = now;
    }
    if (now - this.#wroteAt >= this.#patience.stalled) return "stalled";
    const silence = now - this.#heardAt;
    if (silence >= this.#patience.idle) return "idle";
    if (silence < this.#patience.pingAfter || this.#pinged) return "fine";
    this.#pinged = true;
    return "ping";
  }
}

/** Looks after many peers with one timer. */
export class Watchdog implements Disposable {
  readonly #watched = new Map<Watched, Liveness>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #patience: Patience;

  constructor(patience: Patience = PATIENCE) {
    this.#patience = patience;
    const shortest = Math.min(...Object.values(patience));
    this.#timer = setInterval(
      () => this.look(performance.now()),
      Math.max(1, shortest / 8),
    );
  }

  /** Watches `peer` until `unwatch`. */
  watch(peer: Watched): void {
    this.#watched.set(peer, new Liveness(this.#patience));
  }

  /** Watches `peer` no longer. */
  unwatch(peer: Watched): void {
    this.#watched.delete(peer);
  }

  /** One round; the timer calls it. */
  look(now: number): void {
    for (const [peer, liveness] of this.#watched) {
      switch (liveness.judge(peer.progress, now)) {
        case "fine":
          break;
        case "ping":
          peer.ping();
          break;
        case "idle":
          peer.abort(
            new ChatError(
              "CHAT_IDLE",
              `Cannot stay connected: nothing heard for ${
                this.#patience.idle / 1000
              } s`,
            ),
          );
          break;
        case "stalled":
          peer.abort(
            new ChatError(
              "CHAT_TOO_SLOW",
              `Cannot stay connected: nothing read for ${
                this.#patience.stalled / 1000
              } s`,
            ),
          );
      }
    }
  }

  /** Stops the timer. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }
}
