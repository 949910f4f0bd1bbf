import type { ErrorCode } from "../errors.ts";
import type { RefusalCode } from "../protocol/words.ts";

/**
 * What a server counts. All of it is cheap: counting is adding to a number, and
 * only what happens once for many messages looks anything up.
 */
export interface ServerMeter {
  /** A client has proven who it is and was let in. */
  handshake(): void;
  /** A connection ended before that, for this reason. */
  handshakeFailed(code: ErrorCode): void;
  /** Messages were stored and acknowledged. */
  accepted(messages: number): void;
  /** A request of a member was refused. */
  refused(code: RefusalCode): void;
  /** A batch is on the disk. */
  committed(
    batch: {
      /** Entries it stored. */
      readonly entries: number;
      /** How long the commit took, in milliseconds. */
      readonly ms: number;
    },
  ): void;
  /** Bytes of the logs of rooms were handed to the connection of a member. */
  delivered(bytes: number): void;
}
