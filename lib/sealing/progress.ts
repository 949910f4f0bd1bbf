import { ChatError } from "../errors.ts";
import type { Clock } from "../member/link.ts";

/** How long a log may stand still while more of it is due, in milliseconds. */
export const STALL_MS = 30_000;

/** How far a log was read, for those who wait for some entry of it. */
export class Progress {
  readonly #clock: Clock;
  #at = 0;
  #moved = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The newest entry that was read. */
  get at(): number {
    return this.#at;
  }

  /** Notes that all up to an entry was read, in a new log maybe less than before. */
  move(at: number): void {
    this.#at = at;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  /**
   * Resolves when an entry was read.
   *
   * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when nothing has come for
   * {@linkcode STALL_MS}, or `signal` aborts: the server holds it back.
   */
  async reached(seq: number, signal: AbortSignal): Promise<void> {
    while (this.#at < seq) {
      const moved = this.#moved.promise;
      const before = this.#at;
      const timer = new AbortController();
      const either = AbortSignal.any([timer.signal, signal]);
      await Promise.race([moved, this.#clock.delay(STALL_MS, either)]);
      timer.abort();
      if (signal.aborted || this.#at === before) {
        throw new ChatError(
          "CHAT_SEAL_OUT_OF_STEP",
          `Cannot go on in sealed room: the server has told of entry ${seq} and shows ${this.#at}`,
        );
      }
    }
  }
}
