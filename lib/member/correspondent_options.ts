import type { Bytes } from "../bytes.ts";
import type { AskName } from "../room/ask_name.ts";
import type { Succession } from "./asker.ts";
import type { DeviceState } from "./device_state.ts";
import type { Clock, Transport } from "./link.ts";
import type { SealingMaker } from "./sealing.ts";

/** What a {@linkcode Correspondent} lives by. */
export interface CorrespondentOptions {
  /** Our fingerprint, 32 bytes. */
  readonly fingerprint: Bytes;
  readonly transport: Transport;
  readonly clock: Clock;
  /** From 0 to below 1; spreads reconnecting. */
  readonly random: () => number;
  /**
   * Its owner disposes of it, when the events have been looked at: what is looked
   * at later comes again next time.
   */
  readonly state: DeviceState;
  /** Whether to make a lost connection again; `true` when left out. */
  readonly reconnect?: boolean;
  /**
   * Whether to be told what was said in a room before it was new to us, as far as
   * the server tells newcomers; `true` when left out.
   */
  readonly past?: boolean | undefined;
  /** Told the next key of the server. */
  readonly onSuccession?: (succession: Succession) => void;
  /**
   * Makes what reads and writes in rooms that the server cannot read; it is
   * disposed of with the conversation. Left out, there are no keys for them.
   */
  readonly sealing?: SealingMaker | undefined;
}

/** What {@linkcode Correspondent.enter} needs to know. */
export interface EnterOptions {
  /** The name to ask for; the one we had when left out. */
  readonly name?: string;
  /** Answers the server's question for a name; without it, that is an error. */
  readonly askName?: AskName;
  /** The secret of an invitation, 16 bytes: used until we are in once. */
  readonly invitation?: Bytes;
  /** Aborts entering, not the conversation. */
  readonly signal?: AbortSignal;
}
