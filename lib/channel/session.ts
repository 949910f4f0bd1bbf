import type { Bytes } from "../bytes.ts";
import type { Ready } from "../wire/ready.ts";
import type { RecordOpener } from "./record_opener.ts";
import type { RecordSealer } from "./record_sealer.ts";
import type { VerifiedPeer } from "./verified_peer.ts";

/** What a finished handshake yields; unobtainable without a verified peer. */
export interface Session {
  readonly peer: VerifiedPeer;
  /** What the server confirmed and asks for. */
  readonly ready: Ready;
  readonly sealer: RecordSealer;
  readonly opener: RecordOpener;
  /** Channel binding for layers above, 32 bytes, the same on both sides. */
  readonly exporter: Bytes;
}
