import type { Identity } from "../identity/identity.ts";
import type { SealingHost } from "../member/sealing.ts";
import type { Wire } from "../member/wire.ts";
import type { Author } from "../protocol/entry.ts";
import type { Bytes } from "../bytes.ts";
import type { FoundSession } from "./group_session.ts";
import type { OwnKeys } from "./own_keys.ts";
import type { SealedStore } from "./sealed_store.ts";
import type { Load } from "./tasks.ts";

/** Whether a person's key was compared, or is another one than was. */
export type Trust = (person: Author) => "verified" | "unverified" | "changed";

/** A connection to the server, until it is over. */
export interface Attachment {
  readonly wire: Wire;
  /** Aborts when it is over. */
  readonly signal: AbortSignal;
}

/** What all rooms of one conversation share. */
export interface Surroundings {
  readonly host: SealingHost;
  readonly identity: Identity;
  readonly store: SealedStore;
  readonly keys: OwnKeys;
  readonly trust: Trust;
  readonly load: Load;
  /** The session of a group that was restored already; once. */
  readonly restored: (group: Bytes) => FoundSession | undefined;
  /** What we are called in rooms that we enter from now on. */
  readonly name: () => string;
  /** The connection of now. */
  readonly attachment: () => Attachment | null;
  /** Aborts when the conversation is over. */
  readonly signal: AbortSignal;
}
