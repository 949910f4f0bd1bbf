/** What a server is told, and what it offers; `server.ts` makes one. */
import type { ErrorCode } from "./lib/errors.ts";
import type { AccessList } from "./lib/identity/access_list.ts";
import type { Fingerprint } from "./lib/identity/fingerprint.ts";
import type { Identity } from "./lib/identity/identity.ts";
import type { GateLimits } from "./lib/net/gate.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import type { RoomLimits } from "./lib/room/room_limits.ts";

/** Time a proven client may take to choose a name, in milliseconds. */
export const ENTER_TIMEOUT_MS = 300_000;

/** Everything a server bounds; docs/protocol.md, "Limits", has the defaults. */
export interface ServerLimits extends GateLimits, RoomLimits {
  /** Milliseconds that choosing a name may take. */
  readonly enterTimeout: number;
}

/** What `serve` needs to know. */
export interface ServeOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Who the server is; clients pin its fingerprint. */
  readonly identity: Identity;
  /** Display name of the server. */
  readonly name?: string;
  /** Message of the day. */
  readonly motd?: string;
  /** Admits just these keys; without it any proven identity may enter. */
  readonly authorized?: AccessList;
  readonly limits?: Partial<ServerLimits>;
  /** Told about connections that came to nothing. Must not throw. */
  readonly onFailure?: (failure: ConnectionFailure) => void;
}

/** A connection that ended before it was in the room, or broke the rules. */
export interface ConnectionFailure {
  readonly address: string;
  readonly code: ErrorCode;
  /** May quote what the peer said. */
  readonly message: string;
}

/** A running server. */
export interface Server extends AsyncDisposable {
  readonly host: string;
  /** The port it really listens on. */
  readonly port: number;
  /** What clients pin. */
  readonly fingerprint: Fingerprint;
  /** Connections by state, right now. */
  readonly counts: { readonly established: number; readonly halfOpen: number };
  /**
   * Joins the room from the server's own console, as the server's identity.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID` or `CHAT_NAME_TAKEN`.
   */
  console(name: string): Promise<Conversation>;
  /** Replaces the access list; members no longer on it are shown out. */
  authorize(authorized: AccessList | undefined): void;
  /** Says goodbye to everyone and stops. Idempotent. */
  close(): Promise<void>;
}
