import { ChatError, type ErrorCode } from "../errors.ts";

/** How long the peer may be silent or stalled, in milliseconds. */
export interface Patience {
  /** After this much silence it is asked for a sign of life. */
  readonly pingAfter: number;
  /** After this much silence it is given up. */
  readonly idle: number;
  /** After this long without accepting a byte we wrote it is given up. */
  readonly stalled: number;
  /** Messages about the connection that may come between two looks. */
  readonly control: number;
}

/** What both sides use; READY tells the client `idle`. */
export const PATIENCE: Patience = {
  pingAfter: 20_000,
  idle: 60_000,
  stalled: 30_000,
  control: 1_000,
};

/**
 * Ours towards a server that gives up a silent client after `idleTimeout` ms:
 * a sign of life is asked for well before.
 */
export function patienceFor(idleTimeout: number): Patience {
  const pingAfter = Math.min(PATIENCE.pingAfter, idleTimeout / 3);
  return { ...PATIENCE, pingAfter: Math.max(MIN_PING_MS, pingAfter) };
}

/** Whatever a server asks for, it is not pinged more often than this. */
const MIN_PING_MS = 1_000;

/** Looks at a peer within the shortest patience. */
const LOOKS = 8;

/** What is watched: a channel. Counters that only grow. */
export interface Watched {
  readonly progress: {
    readonly received: number;
    readonly control: number;
    readonly reading: boolean;
    readonly written: number;
    readonly writing: boolean;
  };
  ping(): void;
  abort(reason: ChatError): void;
}

/** What to do about a peer at this moment. */
export type Verdict = "fine" | "ping" | "idle" | "stalled" | "flooding";

/** Judges one peer from its progress; holds no clock of its own. */
export class Liveness {
  #received = -1;
  #written = -1;
  #control = 0;
  #heardAt = 0;
  #wroteAt = 0;
  #pinged = false;
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** @param now Milliseconds of a clock that never goes back. */
  judge(progress: Watched["progress"], now: number): Verdict {
    // What we have not read yet, we cannot have heard.
    if (progress.received !== this.#received || !progress.reading) {
      this.#received = progress.received;
      this.#heardAt = now;
      this.#pinged = false;
    }
    if (progress.written !== this.#written || !progress.writing) {
      this.#written = progress.written;
      this.#wroteAt = now;
    }
    const control = progress.control - this.#control;
    this.#control = progress.control;
    if (control > this.#patience.control) return "flooding";
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
    const { pingAfter, idle, stalled } = patience;
    this.#timer = setInterval(
      () => this.look(performance.now()),
      Math.max(1, Math.min(pingAfter, idle, stalled) / LOOKS),
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
    const patience = this.#patience;
    for (const [peer, liveness] of this.#watched) {
      switch (liveness.judge(peer.progress, now)) {
        case "fine":
          break;
        case "ping":
          peer.ping();
          break;
        case "idle":
          peer.abort(giveUp("CHAT_IDLE", "nothing heard", patience.idle));
          break;
        case "stalled":
          peer.abort(giveUp("CHAT_TOO_SLOW", "nothing read", patience.stalled));
          break;
        case "flooding":
          peer.abort(
            new ChatError(
              "CHAT_FLOODING",
              "Cannot stay connected: too many pings or key updates",
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

function giveUp(code: ErrorCode, what: string, ms: number): ChatError {
  return new ChatError(
    code,
    `Cannot stay connected: ${what} for ${ms / 1000} s`,
  );
}
