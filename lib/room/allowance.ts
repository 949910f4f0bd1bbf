import { TokenBucket } from "./token_bucket.ts";

/** What something costs. */
export interface Cost {
  /** Requests, or entries, that it counts as. */
  readonly messages: number;
  /** Bytes of its text in UTF-8. */
  readonly bytes: number;
}

/** How much an {@linkcode Allowance} holds and how fast it fills up. */
export interface AllowanceRates {
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly bytesPerSecond: number;
  readonly byteBurst: number;
}

/** Two accounts that what is sent is paid from: messages and bytes. */
export class Allowance {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  /** Starts full at the time `at`, in milliseconds. */
  constructor(rates: AllowanceRates, at: number) {
    this.#messages = new TokenBucket({
      rate: rates.messagesPerSecond,
      burst: rates.messageBurst,
    }, at);
    this.#bytes = new TokenBucket({
      rate: rates.bytesPerSecond,
      burst: rates.byteBurst,
    }, at);
  }

  /** For how many milliseconds `cost` cannot be paid; 0 if it can. */
  wait({ messages, bytes }: Cost, at: number): number {
    return Math.max(
      this.#messages.wait(messages, at),
      this.#bytes.wait(bytes, at),
    );
  }

  /** Pays `cost`; what is not there is forgiven. */
  take({ messages, bytes }: Cost): void {
    this.#messages.take(messages);
    this.#bytes.take(bytes);
  }
}
