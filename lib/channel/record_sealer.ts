import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  encodeFrame,
  frameHeader,
  RECORD_OVERHEAD_BYTES,
} from "../wire/frame.ts";
import { padMessages } from "../wire/message.ts";
import { KEY_LIMITS, type KeyLimits, RecordCounter } from "./record_counter.ts";
import type { TrafficKey } from "./traffic_key.ts";

/** Seals the records of one direction (docs/protocol.md, "Records"). */
export class RecordSealer {
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
   * Whether only one more record fits under this key: it must end with
   * KeyUpdate, and {@linkcode RecordSealer.update} must follow.
   */
  get mustUpdate(): boolean {
    return this.#counter.records >= this.#limits.records - 1 ||
      this.#counter.bytes >= this.#limits.bytes;
  }

  /**
   * Seals whole encoded messages as one record. Calls may overlap: each takes
   * its sequence number synchronously, so send the results in call order.
   *
   * @param messages At most 65,536 bytes; padding is added here.
   * @returns The frame: `length:u32`, ciphertext, tag. Small records at once.
   * @throws {ChatError} `CHAT_RECORD_LIMIT` when the key has done its share.
   */
  seal(messages: Uint8Array): Bytes | Promise<Bytes> {
    if (this.#counter.records >= this.#limits.records) {
      throw new ChatError(
        "CHAT_RECORD_LIMIT",
        `Cannot seal record: this key already sealed ${this.#counter.records}`,
      );
    }
    const plaintext = padMessages(messages);
    const additionalData = frameHeader(
      plaintext.length + RECORD_OVERHEAD_BYTES,
    );
    const nonce = this.#counter.claim(plaintext.length);
    const sealed = this.#key.key.seal(plaintext, { nonce, additionalData });
    return sealed instanceof Promise
      ? sealed.then(encodeFrame)
      : encodeFrame(sealed);
  }

  /**
   * Moves to the next key; nothing may be sealed until this resolves.
   *
   * @throws {ChatError} `CHAT_STATE_REUSED` when it overlaps with itself: the
   * same key twice would mean the same nonces twice.
   */
  async update(): Promise<void> {
    const current = this.#key;
    const next = await current.next();
    if (this.#key !== current) {
      throw new ChatError(
        "CHAT_STATE_REUSED",
        "Cannot update key: it was updated in the meantime",
      );
    }
    this.#key = next;
    this.#counter = new RecordCounter(this.#key.iv);
  }
}
