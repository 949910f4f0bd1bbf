import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { RECORD_OVERHEAD_BYTES } from "../wire/frame.ts";
import { MAX_PLAINTEXT_BYTES } from "../wire/message.ts";
import { KEY_LIMITS, type KeyLimits, RecordCounter } from "./record_counter.ts";
import type { TrafficKey } from "./traffic_key.ts";

/** A frame as `FrameBuffer.next` yields it. */
export interface Frame {
  readonly header: Bytes;
  readonly body: Bytes;
}

/** Opens the records of one direction; inverse of `RecordSealer`. */
export class RecordOpener {
  #key: TrafficKey;
  #counter: RecordCounter;
  readonly #limits: KeyLimits;

  /** @param limits Lowers {@linkcode KEY_LIMITS}, for tests. */
  constructor(key: TrafficKey, limits: KeyLimits = KEY_LIMITS) {
    this.#key = key;
    this.#counter = new RecordCounter(key.iv);
    this.#limits = limits;
  }

  /**
   * Opens the next record. Calls may overlap: each takes its sequence number
   * synchronously, so look at the results in call order.
   *
   * @param frame Must not change before the answer.
   * @returns The plaintext, padding included. Small records at once.
   * @throws {ChatError} `CHAT_RECORD_REFUSED` when it is not the peer's next
   * record, `CHAT_RECORD_LIMIT` when the peer should have changed its key.
   */
  open(frame: Frame): Bytes | Promise<Bytes> {
    const length = frame.body.length - RECORD_OVERHEAD_BYTES;
    if (
      this.#counter.records >= this.#limits.records ||
      // A sender may cross the limit by one record, then announces its update.
      this.#counter.bytes >= this.#limits.bytes + MAX_PLAINTEXT_BYTES
    ) {
      throw new ChatError(
        "CHAT_RECORD_LIMIT",
        `Cannot open record: its key already sealed ${this.#counter.records}`,
      );
    }
    const nonce = this.#counter.claim(Math.max(0, length));
    return this.#key.key.open(frame.body, {
      nonce,
      additionalData: frame.header,
    });
  }

  /** Follows the peer to its next key, after its KeyUpdate. */
  async update(): Promise<void> {
    this.#key = await this.#key.next();
    this.#counter = new RecordCounter(this.#key.iv);
  }
}
