import type { RoomLimits } from "./room_limits.ts";
import { TokenBucket } from "./token_bucket.ts";

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
    if (this.#messages.isFull(at)) this.#refusals = 0;
    const wait = Math.max(
      this.#messages.wait(cost.messages, at),
      this.#bytes.wait(cost.bytes, at),
    );
    if (wait > 0) {
      this.#refusals += 1;
      return wait;
    }
    this.#messages.take(cost.messages);
    this.#bytes.take(cost.bytes);
    return 0;
  }

  /** Requests refused since this identity last paused long enough. */
  get refusals(): number {
    return this.#refusals;
  }
}
