/** What a server is told, and what it offers; `server.ts` makes one. */
import type { ErrorCode } from "./lib/errors.ts";
import type { AccessList } from "./lib/identity/access_list.ts";
import type { Fingerprint } from "./lib/identity/fingerprint.ts";
import type { Identity } from "./lib/identity/identity.ts";
import type { Succession } from "./lib/identity/succession.ts";
import type { SealingMaker } from "./lib/member/sealing.ts";
import type { ServerEvent } from "./lib/metrics/server_event.ts";
import type { ServerMeter } from "./lib/metrics/server_meter.ts";
import type { ServerStatus } from "./lib/metrics/server_status.ts";
import type { GateLimits } from "./lib/net/gate.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import type { History } from "./lib/room/history.ts";
import type { RoomLimits } from "./lib/room/room_limits.ts";

/** Time a proven client may take to choose a name, in milliseconds. */
export const ENTER_TIMEOUT_MS = 300_000;

/** Everything a server bounds; docs/protocol.md, "Limits", has the defaults. */
export interface ServerLimits extends GateLimits, RoomLimits {
  /** Milliseconds that choosing a name may take. */
  readonly enterTimeout: number;
}

/** How much of the past a server keeps; what is left out is no bound. */
export interface KeepingLimits {
  /** Entries older than this go, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
  /** The oldest entries go until the history takes at most so many bytes. */
  readonly maxBytes?: number | undefined;
}

/** What `serve` needs to know. */
export interface ServeOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Who the server is; clients pin its fingerprint. */
  readonly identity: Identity;
  /**
   * The key that will follow that of `identity`: announced to everybody who
   * enters, so that they know it when it is used.
   */
  readonly succession?: Succession;
  /** The key that it had before, which has named that of `identity`. */
  readonly predecessor?: Fingerprint;
  /** Display name of the server. */
  readonly name?: string;
  /** Message of the day. */
  readonly motd?: string;
  /** Admits just these keys; without it any proven identity may enter. */
  readonly authorized?: AccessList;
  /** Owners of the server besides its own identity. */
  readonly owners?: readonly Fingerprint[];
  /**
   * Where the rooms are kept; without one, in memory. It stays the caller's, who
   * closes it after the server.
   */
  readonly history?: History;
  /** `DEFAULT_NEWCOMER_LINES` when left out; 0 shows them nothing. */
  readonly newcomerLines?: number;
  /** Everything is kept when left out. */
  readonly retention?: KeepingLimits;
  readonly limits?: Partial<ServerLimits>;
  /** Told about connections that came to nothing. Must not throw. */
  readonly onFailure?: (failure: ConnectionFailure) => void;
  /** Told what an operator may want to know. Must not throw, nor wait. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** Whether that is told of each sealed message, once it is stored. */
  readonly showCiphertext?: boolean;
  /** Counts what happens. */
  readonly meter?: ServerMeter;
}

/** A connection that ended before it was in the room, or broke the rules. */
export interface ConnectionFailure {
  readonly address: string;
  readonly code: ErrorCode;
  /** May quote what the peer said. */
  readonly message: string;
}

/** What {@linkcode Server.console} may be given. */
export interface ConsoleOptions {
  /** Closed with the conversation. */
  readonly sealing?: SealingMaker;
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
  /** How it is doing, right now. */
  status(): ServerStatus;
  /**
   * Joins the room from the server's own console, as the server's identity.
   *
   * @param options `sealing`: what it has of sealed and direct rooms; without it,
   * it has keys for none.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID` or `CHAT_NAME_TAKEN`.
   */
  console(name: string, options?: ConsoleOptions): Promise<Conversation>;
  /** Replaces the access list; members no longer on it are shown out. */
  authorize(authorized: AccessList | undefined): void;
  /**
   * Says goodbye to everyone and stops. What was acknowledged is stored.
   * Idempotent.
   *
   * @param options `restart`: clients are told to come again.
   */
  close(options?: { readonly restart?: boolean }): Promise<void>;
}
