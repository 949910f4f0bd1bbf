import { ChatError } from "../errors.ts";

/**
 * Something that may be used once. Handshake states keep what they need in it
 * and take it out before their first await, so that no state can be run twice,
 * not even when it failed.
 */
export class Once<T> {
  #value: T | undefined;

  /** @param what Name of the step, for the error. */
  constructor(value: T, readonly what: string) {
    this.#value = value;
  }

  /** @throws {ChatError} `CHAT_STATE_REUSED` on every call but the first. */
  take(): T {
    const value = this.#value;
    this.#value = undefined;
    if (value === undefined) {
      throw new ChatError(
        "CHAT_STATE_REUSED",
        `Cannot ${this.what}: this state was already used`,
      );
    }
    return value;
  }
}
