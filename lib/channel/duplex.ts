import type { Bytes } from "../bytes.ts";
import type { ChatError } from "../errors.ts";

/** A byte stream both ways, such as a TCP connection. */
export interface Duplex {
  /**
   * Reads at least one byte into the start of `into`.
   *
   * @returns How many, or `null` at the end of the stream.
   * @throws {ChatError} `CHAT_CONNECTION_CUT`, or what `close` was given.
   */
  read(into: Bytes): Promise<number | null>;
  /**
   * Writes all of `bytes`. One call at a time.
   *
   * @throws {ChatError} as `read`.
   */
  write(bytes: Bytes): Promise<void>;
  /** Ends our direction after what was written. Never throws. */
  closeWrite(): Promise<void>;
  /** Makes sure that it closes soon, whatever the peer does. */
  linger(): void;
  /**
   * Closes both directions; pending and later calls fail with the first
   * `reason` given. Idempotent, never throws.
   */
  close(reason?: ChatError): void;
}
