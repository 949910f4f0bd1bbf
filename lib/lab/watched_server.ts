import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Laboratory, LabServer } from "./laboratory.ts";

/** Failed connections `chat serve` writes into its log in a second, less one. */
const LOGGED_PER_SECOND = 4;

/** Time after which the log of something that has ended is complete, in ms. */
const LOG_DELAY_MS = 300;

/** Why the server ended a connection, as far as it tells its operator. */
export type Reason = string | undefined;

/**
 * A `chat serve` that counts and logs what it refuses, and has no limits that an
 * experiment meets. One experiment at a time may ask it for reasons.
 */
export class WatchedServer {
  readonly server: LabServer;
  readonly #metrics: URL;
  readonly #signal: AbortSignal;
  /** Seconds in which the newest failures were logged. */
  #seconds: readonly number[] = [];

  private constructor(server: LabServer, metrics: URL, signal: AbortSignal) {
    this.server = server;
    this.#metrics = metrics;
    this.#signal = signal;
  }

  /** Starts it. @param args More arguments of `chat serve`. */
  static async start(
    lab: Laboratory,
    args: readonly string[] = [],
  ): Promise<WatchedServer> {
    const server = await lab.serve([
      "--log=json",
      "--metrics=127.0.0.1:0",
      "--rate=2000",
      "--max-per-address=4000",
      ...args,
    ]);
    const port = await server.process.stderr.find(
      "a server that counts",
      (line) => {
        const event = eventOf(line);
        return event["event"] === "status_listening"
          ? Number(event["port"])
          : undefined;
      },
      lab.signal,
    );
    const metrics = new URL(`http://127.0.0.1:${port}/metrics`);
    return new WatchedServer(server, metrics, lab.signal);
  }

  get port(): number {
    return this.server.port;
  }

  get fingerprint(): Fingerprint {
    return this.server.owner.identity.fingerprint;
  }

  /** A number that it counts, 0 when it has not been counted yet. */
  async count(metric: string): Promise<number> {
    return (await this.#counts()).get(metric) ?? 0;
  }

  /**
   * What became of the one handshake that ends during `attack`: `"ok"` or an
   * error code; `undefined` when none ended.
   */
  async handshakeDuring(attack: () => Promise<void>): Promise<Reason> {
    const before = await this.#counts();
    await attack();
    for (const [metric, count] of await this.#counts()) {
      const [, result] =
        /^chat_handshakes_total\{result="(\w+)"\}$/.exec(metric) ?? [];
      if (result !== undefined && count > (before.get(metric) ?? 0)) {
        return result;
      }
    }
    return undefined;
  }

  /**
   * The code of the one connection that was refused during `attack`. A cut is not
   * logged. Waits beforehand, so that the log has room for it.
   */
  async refusalDuring(attack: () => Promise<void>): Promise<Reason> {
    await this.#room();
    let known = this.server.process.stderr.lines.filter(isRefusal).length;
    await attack();
    const within = new AbortController();
    const timer = setTimeout(() => within.abort(), LOG_DELAY_MS);
    try {
      const code = await this.server.process.stderr.find(
        "a refusal in the log",
        (line) => {
          if (!isRefusal(line) || known-- > 0) return undefined;
          return String(eventOf(line)["code"]);
        },
        within.signal,
      );
      const second = Math.floor(Date.now() / 1000);
      this.#seconds = [...this.#seconds, second].slice(-LOGGED_PER_SECOND);
      return code;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (within.signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for the next second when this one's share of the log is used up. */
  async #room(): Promise<void> {
    const now = Date.now();
    const [oldest] = this.#seconds;
    const full = this.#seconds.length === LOGGED_PER_SECOND &&
      oldest === Math.floor(now / 1000);
    if (!full) return;
    await new Promise((resolve) => setTimeout(resolve, 1000 - now % 1000));
  }

  async #counts(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(this.#metrics, { signal: this.#signal });
    const text = await response.text();
    return new Map(
      text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => {
          const at = line.lastIndexOf(" ");
          return [line.slice(0, at), Number(line.slice(at + 1))] as const;
        }),
    );
  }
}

function isRefusal(line: string): boolean {
  return eventOf(line)["event"] === "connection_failed";
}

function eventOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === "object" && event !== null ? { ...event } : {};
  } catch {
    return {}; // a remark, not an event
  }
}
