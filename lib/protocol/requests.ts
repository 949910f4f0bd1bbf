import { ChatError } from "../errors.ts";
import type { Answer } from "./messages.ts";

/** Requests that may wait for an answer at once. */
export const MAX_OUTSTANDING = 1024;

interface Waiting {
  readonly onAnswer: (answer: Answer) => boolean;
  readonly reject: (reason: unknown) => void;
}

/** A client's requests that the server has not answered yet. */
export class Requests {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: unknown;

  /**
   * Sends a request and collects its answers.
   *
   * @param send Gets the request's number, 1 and up.
   * @param collect Sees each answer in order; anything but `undefined` is the
   * result. What it throws, `answer` throws.
   * @throws {ChatError} `CHAT_RATE_LIMITED` when {@linkcode MAX_OUTSTANDING}
   * wait already, or why the connection ended.
   */
  ask<T>(
    send: (id: number) => void,
    collect: (answer: Answer) => T | undefined,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#failure !== undefined) {
      reject(this.#failure);
    } else if (this.#waiting.size >= MAX_OUTSTANDING) {
      reject(
        new ChatError(
          "CHAT_RATE_LIMITED",
          `Cannot ask the server: ${MAX_OUTSTANDING} requests wait already`,
        ),
      );
    } else {
      const id = ++this.#lastId;
      const onAnswer = (answer: Answer): boolean => {
        const result = collect(answer);
        if (result !== undefined) resolve(result);
        return result !== undefined;
      };
      this.#waiting.set(id, { onAnswer, reject });
      try {
        send(id);
      } catch (error) { // it cannot be sent: nobody will answer
        this.#waiting.delete(id);
        reject(error);
      }
    }
    return promise;
  }

  /**
   * Hands an answer to its request. `refused` rejects it, with the server's
   * words: text of a peer.
   *
   * @throws {ChatError} `CHAT_PROTOCOL` when nothing asked for it.
   */
  answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) {
      throw new ChatError(
        "CHAT_PROTOCOL",
        `Cannot use answer: request ${answer.id} is not waiting for one`,
      );
    }
    if (answer.kind === "refused") {
      const { code, text, retryMs } = answer;
      waiting.reject(
        new ChatError(code, text, retryMs > 0 ? { retryMs } : {}),
      );
    } else if (!waiting.onAnswer(answer)) return;
    this.#waiting.delete(answer.id);
  }

  /** Rejects everything that waits, now and later. */
  fail(reason: unknown): void {
    this.#failure ??= reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
