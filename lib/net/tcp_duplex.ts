import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";

/** How long a connection that is ending may take to be read, in ms. */
export const LINGER_MS = 2_000;

/**
 * A TCP connection as the channel wants it: whole writes, errors with codes,
 * closing that is idempotent and gives its reason to whoever still waits.
 */
export class TcpDuplex {
  readonly #conn: Deno.TcpConn;
  readonly #closed = Promise.withResolvers<void>();
  #reason: ChatError | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** Takes ownership of `conn`. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    try {
      conn.setNoDelay(true); // records are batched before they are written
    } catch {
      // It is gone already: the first read says so.
    }
  }

  /** IP address of the peer. */
  get address(): string {
    return this.#conn.remoteAddr.hostname;
  }

  /** Resolves once it is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Reads at least one byte into the start of `into`; `null` at the end. */
  async read(into: Bytes): Promise<number | null> {
    try {
      return await this.#conn.read(into);
    } catch (cause) {
      throw this.#cut(cause);
    }
  }

  /** Writes all of `bytes`. One call at a time. */
  async write(bytes: Bytes): Promise<void> {
    try {
      let sent = await this.#conn.write(bytes);
      while (sent < bytes.length) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    } catch (cause) {
      throw this.#cut(cause);
    }
  }

  /** Ends our direction after what was written. */
  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch {
      // The peer, or our own close, was faster: there is nothing left to end.
    }
  }

  /** Closes in {@linkcode LINGER_MS} at the latest. */
  linger(): void {
    if (this.#reason !== undefined) return;
    this.#linger ??= setTimeout(() => this.close(), LINGER_MS);
  }

  /** Closes both directions; the first `reason` is what others are told. */
  close(reason?: ChatError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason ??
      new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: connection closed");
    clearTimeout(this.#linger);
    this.#conn.close();
    this.#closed.resolve();
  }

  #cut(cause: unknown): ChatError {
    return this.#reason ?? new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot go on: the network ended the connection",
      { cause },
    );
  }
}
