import { ChatError, type ErrorCode } from "../errors.ts";

/** Longest wait before the first new try, in milliseconds. */
export const MIN_BACKOFF_MS = 500;

/** Longest wait before any try, in milliseconds. */
export const MAX_BACKOFF_MS = 60_000;

/** A connection that stood this long counts as good, in milliseconds. */
export const STEADY_MS = 30_000;

/**
 * What another try may mend: the network, whoever meddles with it, and a server
 * that is busy or starts again. Whatever a verified server has decided about us,
 * and whatever needs a person's eye, another try does not mend.
 */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  "CHAT_UNREACHABLE",
  "CHAT_CONNECTION_CUT",
  "CHAT_TIMEOUT",
  // Before the server has proved who it is, anybody may have written these.
  "CHAT_NOT_CHAT",
  "CHAT_WIRE_MALFORMED",
  "CHAT_FRAME_SIZE",
  "CHAT_KEY_SHARE_INVALID",
  "CHAT_SIGNATURE_INVALID",
  "CHAT_FINISHED_INVALID",
  "CHAT_HANDSHAKE_REFUSED",
  "CHAT_BUSY",
  "CHAT_RECORD_REFUSED",
  "CHAT_RECORD_LIMIT",
  "CHAT_FULL",
  "CHAT_TOO_SLOW",
  "CHAT_IDLE",
  "CHAT_RESTARTING",
]);

/** Whether a connection that ended like this is worth another one. */
export function isPassing(error: unknown): boolean {
  return error instanceof ChatError && PASSING.has(error.code);
}

/**
 * How long to wait before the next try: at random below a bound that doubles, so
 * that the members of a server that starts again do not come all at once.
 */
export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  /** @param random From 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The wait before the next try, in milliseconds. */
  next(): number {
    const bound = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** this.#tries);
    this.#tries += 1;
    return Math.floor(this.#random() * bound);
  }

  /** A connection has stood: the next loss is a first one again. */
  reset(): void {
    this.#tries = 0;
  }
}
