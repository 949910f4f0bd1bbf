import type { ChatError } from "../errors.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";

/** One connection to a server, from its first message to its end. */
export interface Link {
  /**
   * Sends one message; after the end it does nothing.
   *
   * @throws {ChatError} `CHAT_MESSAGE_INVALID` when this server does not take
   * messages that long. The link goes on.
   */
  send(message: ClientMessage): void;
  /**
   * What the server sends, all that came together in one batch. Iterated once,
   * and always: this is what reads; nothing is read while a batch is looked at.
   * Ends when either side has said goodbye, throws `ChatError` when it breaks.
   */
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  /** Ends after everything sent; resolves when it is over. Idempotent. */
  close(): Promise<void>;
  /** Ends at once; the server is told why, as far as a server may know. */
  abort(reason: ChatError): void;
}

/** How a member reaches its server, again and again. */
export interface Transport {
  /**
   * Makes a connection.
   *
   * @param signal Aborts connecting, not the finished link.
   * @throws {ChatError} when there is none; the abort reason when `signal` aborts.
   */
  open(signal: AbortSignal): Promise<Link>;
}

/** Time, as far as a member needs it. */
export interface Clock {
  /** Milliseconds since the epoch, by our own clock. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}
