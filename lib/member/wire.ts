import type { Answer, ClientMessage } from "../protocol/messages.ts";
import { type Outcome, Requests } from "../protocol/requests.ts";
import type { Clock, Link } from "./link.ts";
import { SpareTime } from "./spare_time.ts";

/** What asks the server over one connection, until it ends. */
export class Wire {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #requests = new Requests();
  readonly #over = new AbortController();
  readonly #spareTime: SpareTime;

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#spareTime = new SpareTime(clock);
  }

  /** Sends a request. How many wait at once, the caller bounds. */
  start(request: (id: number) => ClientMessage, outcome: Outcome): void {
    this.#requests.start((id) => this.#link.send(request(id)), outcome);
  }

  /**
   * Sends a request and collects its answers, until `collect` returns a result.
   *
   * @throws {ChatError} A refusal, or why the connection ended.
   */
  async ask<T>(
    request: (id: number) => ClientMessage,
    collect: (answer: Answer) => T | undefined,
  ): Promise<T> {
    return await this.#requests.ask(
      (id) => this.#link.send(request(id)),
      collect,
    );
  }

  /** @throws {ChatError} `CHAT_PROTOCOL` for what nobody asked. */
  answer(answer: Answer): void {
    if (answer.kind === "refused" && answer.code === "CHAT_RATE_LIMITED") {
      this.#spareTime.tooFast(answer.retryMs);
    }
    this.#requests.answer(answer);
  }

  /** Waits; `false` when the connection ended meanwhile. */
  async wait(ms: number): Promise<boolean> {
    const { signal } = this.#over;
    if (!signal.aborted) await this.#clock.delay(ms, signal);
    return !signal.aborted;
  }

  /**
   * Waits until something may be asked that our user does not wait for; `false`
   * when the connection ended meanwhile.
   */
  async spareTime(): Promise<boolean> {
    const { signal } = this.#over;
    await this.#spareTime.turn(signal);
    return !signal.aborted;
  }

  /** The connection is over. Idempotent. */
  end(reason: unknown): void {
    this.#over.abort();
    this.#requests.fail(reason);
  }
}
