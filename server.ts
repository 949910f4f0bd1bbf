/** Glue of the server: listen, channel and room. It cannot read sealed rooms. */
import { acceptChannel, type Refusal, turnAway } from "./lib/channel/accept.ts";
import type { Channel } from "./lib/channel/channel.ts";
import { MAX_SENT_PAYLOAD_BYTES } from "./lib/channel/pump.ts";
import type { Bytes } from "./lib/bytes.ts";
import { ChatError, type ErrorCode } from "./lib/errors.ts";
import type { AccessList } from "./lib/identity/access_list.ts";
import { isDevelopmentIdentity } from "./lib/identity/development.ts";
import {
  type Fingerprint,
  fingerprintBytes,
} from "./lib/identity/fingerprint.ts";
import type { Identity } from "./lib/identity/identity.ts";
import type { PublicIdentity } from "./lib/identity/public_identity.ts";
import type { GateLimits } from "./lib/net/gate.ts";
import { listen, type Listening } from "./lib/net/listen.ts";
import { isLoopback, isLoopbackHost } from "./lib/net/loopback.ts";
import type { TcpDuplex } from "./lib/net/tcp_duplex.ts";
import { PATIENCE, Watchdog } from "./lib/net/watchdog.ts";
import {
  decodeClientMessage,
  encodeServerMessage,
} from "./lib/protocol/codec.ts";
import type { LeaveReason } from "./lib/protocol/entry.ts";
import type { ServerMessage } from "./lib/protocol/messages.ts";
import { Console } from "./lib/room/console.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import { Hall, type ReadingSeat } from "./lib/room/hall.ts";
import type { Cursor } from "./lib/room/log.ts";
import type { RoomEvent, SessionId } from "./lib/room/room_event.ts";
import {
  DEFAULT_ROOM_LIMITS,
  type RoomLimits,
} from "./lib/room/room_limits.ts";
import { createRoom } from "./lib/room/room_state.ts";
import { encodeMessage, MESSAGE_TYPES } from "./lib/wire/message.ts";

/** Time a proven client may take to choose a name, in milliseconds. */
export const ENTER_TIMEOUT_MS = 300_000;

/** Everything a server bounds; docs/protocol.md, "Limits", has the defaults. */
export interface ServerLimits extends GateLimits, RoomLimits {}

/** Bounds of the connections, unless told otherwise. */
export const DEFAULT_GATE_LIMITS: GateLimits = {
  connections: 4096,
  perAddress: 64,
  halfOpen: 1024,
  halfOpenPerAddress: 256,
};

/** What {@linkcode serve} needs to know. */
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

/**
 * Starts a server.
 *
 * @throws {ChatError} `CHAT_LISTEN_FAILED`; `CHAT_DEVELOPMENT_IDENTITY` when
 * one of the public keys in `certs/` would be reachable from elsewhere.
 */
export function serve(options: ServeOptions): Server {
  return new RunningServer(options);
}

class RunningServer implements Server {
  readonly #options: ServeOptions;
  readonly #hall: Hall;
  readonly #listening: Listening;
  readonly #watchdog = new Watchdog();
  readonly #channels = new Set<Channel>();
  readonly #connections = new Set<Promise<void>>();
  #authorized: AccessList | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ServeOptions) {
    const { identity, host, limits } = options;
    if (isDevelopmentIdentity(identity.fingerprint) && !isLoopbackHost(host)) {
      throw developmentIdentity("serve");
    }
    this.#options = options;
    this.#authorized = options.authorized;
    const room = createRoom({
      number: 0,
      name: "lobby",
      serverName: options.name ?? "chat",
      motd: options.motd ?? "",
      limits: pick(limits, DEFAULT_ROOM_LIMITS),
    });
    this.#hall = new Hall(room, {
      encode: (entry) =>
        encodeMessage(MESSAGE_TYPES.data, encodeServerMessage(entry)),
      now: Date.now,
    });
    this.#listening = listen(
      options,
      { ...DEFAULT_GATE_LIMITS, ...pick(limits, DEFAULT_GATE_LIMITS) },
      {
        serve: (duplex, establish) => this.#keep(duplex, establish),
        turnAway,
      },
    );
  }

  get host(): string {
    return this.#listening.host;
  }

  get port(): number {
    return this.#listening.port;
  }

  get fingerprint(): Fingerprint {
    return this.#options.identity.fingerprint;
  }

  get counts(): Server["counts"] {
    return this.#listening.counts;
  }

  async console(name: string): Promise<Conversation> {
    const { identity } = this.#options;
    const fingerprint = fingerprintBytes(identity.fingerprint);
    const proven = { fingerprint, publicKey: identity.publicKey };
    let console!: Console;
    this.#hall.seat(proven, (session) => {
      const apply = (event: RoomEvent): void => this.#apply(event);
      return console = new Console({ session, fingerprint, apply });
    });
    await console.enter(name);
    return console.conversation;
  }

  authorize(authorized: AccessList | undefined): void {
    this.#authorized = authorized;
    if (authorized === undefined) return;
    for (const { peer } of this.#channels) {
      if (authorized.has(peer.publicKey)) continue;
      const fingerprint = fingerprintBytes(peer.fingerprint);
      this.#hall.apply({ kind: "expel", fingerprint });
    }
    this.#hall.flush();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#listening.stop();
    this.#apply({ kind: "shutdown" });
    await Promise.all(this.#connections);
    this.#watchdog[Symbol.dispose]();
  }

  #apply(event: RoomEvent): void {
    this.#hall.apply(event);
    this.#hall.flush();
  }

  /** Serves one connection and remembers it until it is over. */
  async #keep(duplex: TcpDuplex, establish: () => boolean): Promise<void> {
    const served = this.#serve(duplex, establish);
    this.#connections.add(served);
    await served;
    this.#connections.delete(served);
  }

  async #serve(duplex: TcpDuplex, establish: () => boolean): Promise<void> {
    try {
      const channel = await acceptChannel(duplex, {
        identity: this.#options.identity,
        admit: (peer) => this.#admit(peer, { duplex, establish }),
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: MAX_SENT_PAYLOAD_BYTES,
          idleTimeout: PATIENCE.idle,
        }),
      });
      if (this.#closing !== undefined) return await channel.close();
      await this.#host(channel);
      await duplex.closed;
    } catch (error) {
      this.#report(duplex, error);
    }
  }

  /** Decides about a client that has proven who it is. */
  #admit(
    peer: PublicIdentity,
    { duplex, establish }: { duplex: TcpDuplex; establish: () => boolean },
  ): Refusal | undefined {
    if (
      isDevelopmentIdentity(peer.fingerprint) && !isLoopback(duplex.address)
    ) {
      return {
        alert: "development_identity",
        reason: "the keys in certs/ are public",
      };
    }
    if (this.#authorized?.has(peer.publicKey) === false) {
      return {
        alert: "not_authorized",
        reason: "your key is not among the authorized ones",
      };
    }
    return establish()
      ? undefined
      : { alert: "full", reason: "too many connections from your address" };
  }

  /** Keeps a session in the hall for as long as its channel lives. */
  async #host(channel: Channel): Promise<void> {
    const { peer } = channel;
    const fingerprint = fingerprintBytes(peer.fingerprint);
    const enterBy = setTimeout(
      () => channel.refuse("idle", "you chose no name"),
      ENTER_TIMEOUT_MS,
    );
    const session = this.#hall.seat(
      { fingerprint, publicKey: peer.publicKey },
      () => new RemoteSeat(channel, () => clearTimeout(enterBy)),
    );
    this.#watchdog.watch(channel);
    this.#channels.add(channel);
    let why: LeaveReason = "quit";
    try {
      for await (const batch of channel.batches()) {
        const broken = this.#take(session, batch);
        if (broken !== undefined) {
          void channel.refuse("protocol_error", broken.message);
          throw broken;
        }
        if (!this.#hall.has(session)) break;
      }
    } catch (error) {
      why = leaveReason(error);
      throw error;
    } finally {
      clearTimeout(enterBy);
      this.#watchdog.unwatch(channel);
      this.#channels.delete(channel);
      this.#apply({ kind: "close", session, why });
    }
  }

  /** Applies what arrived together; an error means the peer broke the rules. */
  #take(session: SessionId, batch: readonly Bytes[]): ChatError | undefined {
    try {
      for (const payload of batch) {
        const message = decodeClientMessage(payload);
        this.#hall.apply({ kind: "message", session, message });
      }
      return undefined;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    } finally {
      this.#hall.flush();
    }
  }

  #report({ address }: TcpDuplex, error: unknown): void {
    if (!(error instanceof ChatError)) throw error; // a bug: show the stack
    const { code, message } = error;
    this.#options.onFailure?.({ address, code, message });
  }
}

/** A member at the other end of a channel. */
class RemoteSeat implements ReadingSeat {
  readonly #channel: Channel;
  readonly #onAdmit: () => void;

  constructor(channel: Channel, onAdmit: () => void) {
    this.#channel = channel;
    this.#onAdmit = onAdmit;
  }

  reply(message: ServerMessage): void {
    this.#channel.send(encodeServerMessage(message));
  }

  read(cursor: Cursor): void {
    this.#onAdmit();
    this.#channel.attach(cursor);
  }

  wake(): void {
    this.#channel.wake();
  }

  end(goodbye: ServerMessage): void {
    this.reply(goodbye);
    void this.#channel.close();
  }

  cut(): void {
    void this.#channel.refuse("too_slow", "you fell too far behind the room");
  }
}

/** What the others see when a channel ended with an error. */
function leaveReason(error: unknown): LeaveReason {
  if (!(error instanceof ChatError)) return "error";
  switch (error.code) {
    case "CHAT_CONNECTION_CUT":
      return "cut";
    case "CHAT_IDLE":
      return "idle";
    case "CHAT_TOO_SLOW":
      return "too_slow";
    default:
      return "error";
  }
}

/** The limits that `defaults` names, as far as `limits` sets them. */
function pick<T extends object>(
  limits: Partial<T> | undefined,
  defaults: T,
): Partial<T> {
  const named = Object.entries(limits ?? {})
    .filter(([name, value]) => name in defaults && value !== undefined);
  return Object.fromEntries(named) as Partial<T>;
}

function developmentIdentity(verb: string): ChatError {
  return new ChatError(
    "CHAT_DEVELOPMENT_IDENTITY",
    `Cannot ${verb}: this identity is public, and works on loopback only`,
  );
}
