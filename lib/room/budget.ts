import type { RoomLimits } from "./room_limits.ts";
import { TokenBucket } from "./token_bucket.ts";

/**
 * Refusals that one accepted request makes up for. Whoever waits as it is told
 * is never ended; whoever does not is refused far more often than accepted.
 */
export const FORGIVEN_PER_REQUEST = 10;

/** What one identity may still send: requests and bytes, over all sessions. */
export class Budget {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  #refusals = 0;

  /** Starts full at the time `at`, in milliseconds. */
  constructor(limits: RoomLimits, at: number) {
    this.#messages = new TokenBucket({
      rate: limits.messagesPerSecond,
      burst: limits.messageBurst,
    }, at);
    this.#bytes = new TokenBucket({
      rate: limits.bytesPerSecond,
      burst: limits.byteBurst,
    }, at);
  }

  /**
   * Spends on a request, or returns for how many milliseconds it must wait.
   *
   * @param cost Requests it counts as, and bytes of its text.
   */
  spend(cost: { messages: number; bytes: number }, at: number): number {
    const wait = Math.max(
      this.#messages.wait(cost.messages, at),
      this.#bytes.wait(cost.bytes, at),
    );
    if (wait > 0) {
      this.#refusals += 1;
      return wait;
    }
    this.#refusals = Math.max(0, this.#refusals - FORGIVEN_PER_REQUEST);
    this.#messages.take(cost.messages);
    this.#bytes.take(cost.bytes);
    return 0;
  }

  /** Requests refused, less those that accepted ones made up for. */
  get refusals(): number {
    return this.#refusals;
  }
}
