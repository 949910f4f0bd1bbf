import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  encodeMessage,
  MAX_PLAINTEXT_BYTES,
  MESSAGE_HEADER_BYTES,
  MESSAGE_TYPES,
} from "../wire/message.ts";
import type { Duplex } from "./duplex.ts";
import type { RecordSealer } from "./record_sealer.ts";

const KEY_UPDATE = encodeMessage(MESSAGE_TYPES.keyUpdate, new Uint8Array(0));

/** Most message bytes in one record: KeyUpdate always fits behind them. */
export const MAX_BATCH_BYTES = MAX_PLAINTEXT_BYTES - KEY_UPDATE.length;
/** Largest payload of one message that can be sent, in bytes. */
export const MAX_SENT_PAYLOAD_BYTES = MAX_BATCH_BYTES - MESSAGE_HEADER_BYTES;
/** Records sealed or being written at once. */
export const MAX_IN_FLIGHT = 8;
/** Bytes of own messages that may wait; a peer that lets them pile up is cut. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** While a record is on its way, only a batch of this size overtakes waiting. */
const FULL_BATCH_BYTES = 32_768;

/** Something with more to send, such as a cursor into a room's log. */
export interface Source {
  /** How many bytes `take` would return now; 0 when there is nothing. */
  readonly pending: number;
  /** The next whole encoded messages, `pending` bytes, at most a batch. */
  take(): Uint8Array;
}

/**
 * Sends messages in order: what has gathered goes out as one record. An idle
 * peer is served at once; while a record is on its way, more gathers. Own
 * messages (`push`) go before those of the source.
 */
export class Pump {
  readonly #duplex: Duplex;
  readonly #sealer: RecordSealer;
  #source: Source | undefined;
  #queue: Bytes[] = [];
  #queued = 0;
  #inFlight = 0;
  #written = 0;
  #tail: Promise<void> = Promise.resolve();
  #updating = false;
  #stopped = false;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #onError: (error: unknown) => void;

  /** @param onError Told once when sending fails; nothing is sent after. */
  constructor(
    duplex: Duplex,
    sealer: RecordSealer,
    onError: (error: unknown) => void,
  ) {
    this.#duplex = duplex;
    this.#sealer = sealer;
    this.#onError = onError;
  }

  /** Records written so far; with `inFlight`, what a watchdog looks at. */
  get written(): number {
    return this.#written;
  }

  /** Records sealed but not written yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes from `source` from now on, whenever `wake` is called. */
  attach(source: Source): void {
    this.#source = source;
    this.wake();
  }

  /**
   * Queues one encoded message; it goes out with the next `wake`.
   *
   * @param message At most {@linkcode MAX_BATCH_BYTES}.
   * @throws {ChatError} `CHAT_TOO_SLOW` when too much waits already.
   */
  push(message: Bytes): void {
    if (message.length > MAX_BATCH_BYTES) {
      throw new RangeError(
        `Cannot send message: ${message.length} bytes exceed ${MAX_BATCH_BYTES}`,
      );
    }
    if (this.#queued + message.length > MAX_QUEUED_BYTES) {
      throw new ChatError(
        "CHAT_TOO_SLOW",
        `Cannot send: ${this.#queued} bytes already wait for the peer to read`,
      );
    }
    this.#queue.push(message);
    this.#queued += message.length;
  }

  /** Sends what there is, as far as records may be in flight. */
  wake(): void {
    while (!this.#stopped && !this.#updating) {
      const ready = this.#ready();
      if (ready === 0 || this.#inFlight >= MAX_IN_FLIGHT) break;
      if (this.#inFlight > 0 && ready < FULL_BATCH_BYTES) break;
      this.#send(this.#gather(), { update: this.#sealer.mustUpdate });
    }
    if (this.#inFlight === 0) this.#rest();
  }

  /** Resolves when everything waiting has been written, or sending failed. */
  async flush(): Promise<void> {
    while (!this.#stopped && (this.#inFlight > 0 || this.#ready() > 0)) {
      this.#idle ??= Promise.withResolvers();
      const { promise } = this.#idle;
      this.wake();
      await promise;
    }
  }

  /**
   * Sends everything that waits and then `last`, in a record of its own that
   * nothing follows, not even a KeyUpdate that would be due. Resolves when it
   * has been written, or sending failed.
   */
  async finish(last: Bytes): Promise<void> {
    await this.flush();
    if (this.#stopped) return;
    this.discard();
    this.#send(last, { update: false });
    await this.flush();
    this.stop();
  }

  /** Drops what waits and takes nothing from the source any more. */
  discard(): void {
    this.#queue = [];
    this.#queued = 0;
    this.#source = undefined;
  }

  /** Sends nothing any more. */
  stop(): void {
    this.#stopped = true;
    this.discard();
    this.#rest();
  }

  /** Tells whoever flushes to look again. */
  #rest(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #ready(): number {
    return this.#queued + (this.#source?.pending ?? 0);
  }

  /** Own messages as far as they fit, then the source's if they do. */
  #gather(): Uint8Array {
    const parts: Uint8Array[] = [];
    let size = 0;
    let count = 0;
    for (const message of this.#queue) {
      if (size + message.length > MAX_BATCH_BYTES) break;
      size += message.length;
      count += 1;
      parts.push(message);
    }
    this.#queue.splice(0, count);
    this.#queued -= size;
    const source = this.#source;
    if (
      source !== undefined && this.#queue.length === 0 && source.pending > 0 &&
      size + source.pending <= MAX_BATCH_BYTES
    ) {
      parts.push(source.take());
    }
    return parts.length === 1 ? parts[0] as Uint8Array : concat(...parts);
  }

  /** @param options `update`: whether it is the last record under its key. */
  #send(batch: Uint8Array, { update }: { update: boolean }): void {
    this.#inFlight += 1;
    try {
      const sealed = this.#sealer.seal(
        update ? concat(batch, KEY_UPDATE) : batch,
      );
      if (update) this.#updating = true;
      this.#tail = this.#write(sealed, this.#tail, update);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #write(
    sealed: Bytes | Promise<Bytes>,
    before: Promise<void>,
    update: boolean,
  ): Promise<void> {
    try {
      const frame = sealed instanceof Uint8Array ? sealed : await sealed;
      if (this.#inFlight > 1) await before;
      if (this.#stopped) return;
      await this.#duplex.write(frame);
      if (update) {
        await this.#sealer.update();
        this.#updating = false;
      }
      this.#written += 1;
    } catch (error) {
      this.#fail(error);
    }
    this.#inFlight -= 1;
    this.wake();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#onError(error);
  }
}
