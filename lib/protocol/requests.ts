import { ChatError } from "../errors.ts";
import type { Answer } from "./messages.ts";

/** Requests of a caller that may wait for an answer at once. */
export const MAX_OUTSTANDING = 1024;

/** What becomes of one request; exactly one of these is last. */
export interface Outcome {
  /** Sees each answer in order; `true` when it was the last. May throw. */
  answered(answer: Answer): boolean;
  /** The server refused it, or it could not be sent. */
  refused(error: ChatError): void;
  /** The connection ended before the answer. */
  ended(reason: unknown): void;
}

/** The requests of one connection that the server has not answered yet. */
export class Requests {
  readonly #waiting = new Map<number, Outcome>();
  #lastId = 0;
  #failure: unknown;

  /**
   * Sends a request. How many wait at once, the caller bounds.
   *
   * @param send Gets the request's number, 1 and up.
   */
  start(send: (id: number) => void, outcome: Outcome): void {
    if (this.#failure !== undefined) return outcome.ended(this.#failure);
    const id = ++this.#lastId;
    this.#waiting.set(id, outcome);
    try {
      send(id);
    } catch (error) { // it cannot be sent: nobody will answer
      this.#waiting.delete(id);
      if (!(error instanceof ChatError)) throw error;
      outcome.refused(error);
    }
  }

  /**
   * Sends a request and collects its answers.
   *
   * @param send Gets the request's number, 1 and up.
   * @param collect Sees each answer in order; anything but `undefined` is the
   * result. What it throws, `answer` throws.
   * @throws {ChatError} `CHAT_RATE_LIMITED` when {@linkcode MAX_OUTSTANDING}
   * wait already, or why the connection ended.
   */
  async ask<T>(
    send: (id: number) => void,
    collect: (answer: Answer) => T | undefined,
  ): Promise<T> {
    if (this.#waiting.size >= MAX_OUTSTANDING) {
      throw new ChatError(
        "CHAT_RATE_LIMITED",
        `Cannot ask the server: ${MAX_OUTSTANDING} requests wait already`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.start(send, {
      answered(answer): boolean {
        const result = collect(answer);
        if (result !== undefined) resolve(result);
        return result !== undefined;
      },
      refused: reject,
      ended: reject,
    });
    return await promise;
  }

  /**
   * Hands an answer to its request. `refused` comes with the server's words:
   * text of a peer.
   *
   * @throws {ChatError} `CHAT_PROTOCOL` when nothing asked for it.
   */
  answer(answer: Answer): void {
    const outcome = this.#waiting.get(answer.id);
    if (outcome === undefined) {
      throw new ChatError(
        "CHAT_PROTOCOL",
        `Cannot use answer: request ${answer.id} is not waiting for one`,
      );
    }
    if (answer.kind !== "refused") {
      if (outcome.answered(answer)) this.#waiting.delete(answer.id);
      return;
    }
    this.#waiting.delete(answer.id);
    const { code, text, retryMs } = answer;
    outcome.refused(new ChatError(code, text, retryMs > 0 ? { retryMs } : {}));
  }

  /** Ends everything that waits, now and later. */
  fail(reason: unknown): void {
    this.#failure ??= reason;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const outcome of waiting) outcome.ended(this.#failure);
  }
}
