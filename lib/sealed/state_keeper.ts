import type { Bytes } from "../bytes.ts";
import type { Identity } from "../identity/identity.ts";
import type { SealedEvent } from "./event.ts";

/** What must be on the disk before anything that depends on it is sent. */
export interface StateWrite {
  /**
   * `whole` replaces everything kept before, changes too, in one step; `change`
   * comes after what is kept. Secret: encrypt it.
   */
  readonly kind: "whole" | "change";
  readonly bytes: Bytes;
  /**
   * A message that is now to be sent: kept in the same step, it can be sent
   * again as it is after a crash. Sealing its text again would also do, and
   * shows as one message missing.
   */
  readonly outgoing?: Bytes;
  /**
   * What is told once this is kept: to be kept before it, as what was opened with
   * a key opens only once.
   */
  readonly events: readonly SealedEvent[];
  /**
   * Whether it may be lost with the power, as long as all that is kept later is
   * lost with it: it says no more than what the server can show again.
   */
  readonly isLazy: boolean;
}

/** Where a room's state is kept. */
export interface StateKeeper {
  /** Resolves once `write` is safe from a crash; rejects when it is not kept. */
  keep(write: StateWrite): Promise<void> | void;
}

/** What was kept: the last whole state, and the changes after it, in order. */
export interface KeptState {
  readonly whole: Bytes;
  readonly changes: readonly Bytes[];
}

/** What a device brings to a room. */
export interface RoomOptions {
  readonly identity: Identity;
  readonly keeper: StateKeeper;
}

/** What a newcomer brings: the room secret, and the name it wants there. */
export interface EntryOptions extends RoomOptions {
  readonly secret: Bytes;
  readonly name: string;
}

/** What it takes to go on from what was kept. */
export interface RestoreOptions extends RoomOptions {
  /** Whether there is evidence that an older copy was put back. */
  readonly isPutBack?: boolean;
}
