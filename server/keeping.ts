/** What a server does for its history besides writing to it. */
import { ChatError } from "../lib/errors.ts";
import type { ServerEvent } from "../lib/metrics/server_event.ts";
import type { ServerMeter } from "../lib/metrics/server_meter.ts";
import type { History, Retention } from "../lib/room/history.ts";
import type { KeepingLimits } from "../serve_options.ts";

/** Pause between two steps of work that waits, in milliseconds. */
const STEP_PAUSE_MS = 20;
/** Pause when there is none, in milliseconds. */
const REST_MS = 1_000;
/** Time between two looks at what may go, in milliseconds. */
const PRUNE_EVERY_MS = 60_000;
/** Senders that sent nothing for so long are forgotten, in milliseconds. */
const SENDER_MEMORY_MS = 90 * 86_400_000;

/** Who learns what keeping does. */
export interface KeepingOptions {
  readonly retention?: KeepingLimits | undefined;
  readonly meter?: ServerMeter | undefined;
  readonly onEvent?: ((event: ServerEvent) => void) | undefined;
}

/**
 * Times what is stored, tells when storing begins to fail and when it works
 * again, and in quiet moments indexes words and removes what is too old.
 */
export class Keeping implements Disposable {
  /** The history, timed: what everybody else uses. */
  readonly history: History;
  readonly #options: KeepingOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #prunedAt = 0;
  #failing = false;

  constructor(history: History, options: KeepingOptions) {
    this.#options = options;
    this.history = this.#timed(history);
    this.#later(REST_MS);
  }

  /** Whether nothing can be stored at the moment. */
  get failing(): boolean {
    return this.#failing;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #timed(history: History): History {
    const append: History["append"] = (entries, changes) => {
      const before = performance.now();
      try {
        history.append(entries, changes);
      } catch (error) {
        this.#fail(error);
        throw error;
      }
      const ms = performance.now() - before;
      this.#options.meter?.committed({ entries: entries.length, ms });
      this.#options.meter?.accepted(entries.length);
      if (entries.length > 0) this.#recover();
    };
    const methods = new Map<PropertyKey, unknown>([["append", append]]);
    return new Proxy(history, {
      get: (target, name): unknown => {
        const known = methods.get(name);
        if (known !== undefined) return known;
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const method = value.bind(target);
        methods.set(name, method);
        return method;
      },
    });
  }

  #fail(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const { code, message } = error instanceof ChatError
      ? error
      : { code: "CHAT_INTERNAL", message: String(error) } as const;
    this.#options.onEvent?.(
      code === "CHAT_STORE_FULL"
        ? { kind: "store_full", message }
        : { kind: "store_failed", code, message },
    );
  }

  #recover(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#options.onEvent?.({ kind: "store_recovered" });
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#later(this.#work()), ms);
  }

  /** One step; returns when to come again. */
  #work(): number {
    try {
      if (this.history.index()) return STEP_PAUSE_MS;
      const now = Date.now();
      if (now - this.#prunedAt < PRUNE_EVERY_MS) return REST_MS;
      if (this.history.prune(this.#retention(now))) return STEP_PAUSE_MS;
      this.#prunedAt = now;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#fail(error); // what is full today may have space tomorrow
    }
    return REST_MS;
  }

  #retention(now: number): Retention {
    const { maxAgeMs, maxBytes } = this.#options.retention ?? {};
    return {
      olderThan: maxAgeMs === undefined ? undefined : now - maxAgeMs,
      maxBytes,
      sendersIdleSince: now - SENDER_MEMORY_MS,
    };
  }
}
