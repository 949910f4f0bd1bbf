import type { Answer, ClientMessage } from "../protocol/messages.ts";
import { type Outcome, Requests } from "../protocol/requests.ts";
import type { Clock, Link } from "./link.ts";

/** What asks the server over one connection, until it ends. */
export class Wire {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #requests = new Requests();
  readonly #over = new AbortController();

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
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
    this.#requests.answer(answer);
  }

  /** Waits; `false` when the connection ended meanwhile. */
  async wait(ms: number): Promise<boolean> {
    const { signal } = this.#over;
    if (!signal.aborted) await this.#clock.delay(ms, signal);
    return !signal.aborted;
  }

  /** The connection is over. Idempotent. */
  end(reason: unknown): void {
    this.#over.abort();
    this.#requests.fail(reason);
  }
}
