/** Glue of the server: listen, channel and room. It cannot read sealed rooms. */
import { acceptChannel, type Refusal, turnAway } from "./lib/channel/accept.ts";
import type { Channel } from "./lib/channel/channel.ts";
import { MAX_SENT_PAYLOAD_BYTES } from "./lib/channel/pump.ts";
import type { Bytes } from "./lib/bytes.ts";
import { ChatError } from "./lib/errors.ts";
import type { AccessList } from "./lib/identity/access_list.ts";
import { isDevelopmentIdentity } from "./lib/identity/development.ts";
import {
  type Fingerprint,
  fingerprintBytes,
} from "./lib/identity/fingerprint.ts";
import type { PublicIdentity } from "./lib/identity/public_identity.ts";
import { DEFAULT_GATE_LIMITS } from "./lib/net/gate.ts";
import {
  type HandshakeProgress,
  listen,
  type Listening,
} from "./lib/net/listen.ts";
import { isLoopback, isLoopbackHost } from "./lib/net/loopback.ts";
import type { TcpDuplex } from "./lib/net/tcp_duplex.ts";
import { PATIENCE, Watchdog } from "./lib/net/watchdog.ts";
import {
  decodeClientMessage,
  encodeServerMessage,
} from "./lib/protocol/codec.ts";
import type { LeaveReason } from "./lib/protocol/entry.ts";
import { MAX_MOTD_BYTES, MAX_NAME_BYTES } from "./lib/protocol/limits.ts";
import type { ServerMessage } from "./lib/protocol/messages.ts";
import { utf8Length } from "./lib/protocol/text.ts";
import { Console } from "./lib/room/console.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import { Hall, type ReadingSeat } from "./lib/room/hall.ts";
import type { Cursor } from "./lib/room/log.ts";
import type { RoomEvent, SessionId } from "./lib/room/room_event.ts";
import { DEFAULT_ROOM_LIMITS } from "./lib/room/room_limits.ts";
import { createRoom } from "./lib/room/room_state.ts";
import { encodeMessage, MESSAGE_TYPES } from "./lib/wire/message.ts";
import {
  ENTER_TIMEOUT_MS,
  type ServeOptions,
  type Server,
} from "./serve_options.ts";

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
    checkTexts(options);
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
        serve: (duplex, progress) => this.#keep(duplex, progress),
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
    for (const { peer } of this.#channels) {
      if (this.#isAuthorized(peer)) continue;
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
  async #keep(
    duplex: TcpDuplex,
    progress: HandshakeProgress,
  ): Promise<void> {
    const served = this.#serve(duplex, progress);
    this.#connections.add(served);
    await served;
    this.#connections.delete(served);
  }

  async #serve(
    duplex: TcpDuplex,
    progress: HandshakeProgress,
  ): Promise<void> {
    try {
      const channel = await acceptChannel(duplex, {
        identity: this.#options.identity,
        onHello: () => progress.greet(),
        admit: (peer) => this.#admit(peer, duplex, progress),
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: MAX_SENT_PAYLOAD_BYTES,
          idleTimeout: PATIENCE.idle,
        }),
      });
      progress.ready();
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
    duplex: TcpDuplex,
    progress: HandshakeProgress,
  ): Refusal | undefined {
    if (
      isDevelopmentIdentity(peer.fingerprint) && !isLoopback(duplex.address)
    ) {
      return {
        alert: "development_identity",
        reason: "the keys in certs/ are public",
      };
    }
    if (!this.#isAuthorized(peer)) {
      return {
        alert: "not_authorized",
        reason: "your key is not among the authorized ones",
      };
    }
    return progress.establish()
      ? undefined
      : { alert: "full", reason: "too many connections from your address" };
  }

  #isAuthorized({ publicKey }: PublicIdentity): boolean {
    return this.#authorized?.has(publicKey) ?? true;
  }

  /** Keeps a session in the hall for as long as its channel lives. */
  async #host(channel: Channel): Promise<void> {
    const { peer } = channel;
    const fingerprint = fingerprintBytes(peer.fingerprint);
    const enterBy = setTimeout(
      () => channel.refuse("idle", "you chose no name"),
      this.#options.limits?.enterTimeout ?? ENTER_TIMEOUT_MS,
    );
    const session = this.#hall.seat(
      { fingerprint, publicKey: peer.publicKey },
      () => new RemoteSeat(channel, () => clearTimeout(enterBy)),
    );
    this.#watchdog.watch(channel);
    this.#channels.add(channel);
    // The list may have changed while READY was on its way.
    if (!this.#isAuthorized(peer)) this.authorize(this.#authorized);
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
    // A bug that one connection brings to light ends that connection alone.
    const { code, message } = error instanceof ChatError
      ? error
      : { code: "CHAT_INTERNAL", message: String(error) } as const;
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
    case "CHAT_FLOODING":
      return "flooding";
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

/** What everybody is told on entering must fit into one message. */
function checkTexts({ name = "", motd = "" }: ServeOptions): void {
  const bounds = [["name", name, MAX_NAME_BYTES], [
    "message of the day",
    motd,
    MAX_MOTD_BYTES,
  ]] as const;
  for (const [what, text, max] of bounds) {
    if (text.isWellFormed() && utf8Length(text) <= max) continue;
    throw new ChatError(
      "CHAT_USAGE",
      `Cannot serve: the ${what} has more than ${max} bytes of UTF-8`,
    );
  }
}
