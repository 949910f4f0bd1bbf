/** Glue of the server: listen, channel and house. It cannot read sealed rooms. */
import { setImmediate } from "node:timers";
import { acceptChannel, type Refusal, turnAway } from "./lib/channel/accept.ts";
import type { Channel } from "./lib/channel/channel.ts";
import { MAX_SENT_PAYLOAD_BYTES } from "./lib/channel/pump.ts";
import type { Bytes } from "./lib/bytes.ts";
import { sha256Sync } from "./lib/crypto/sha256_sync.ts";
import { ChatError, type ErrorCode } from "./lib/errors.ts";
import type { AccessList } from "./lib/identity/access_list.ts";
import {
  type Fingerprint,
  fingerprintBytes,
} from "./lib/identity/fingerprint.ts";
import type { PublicIdentity } from "./lib/identity/public_identity.ts";
import { verifySuccession } from "./lib/identity/succession.ts";
import { Correspondent } from "./lib/member/correspondent.ts";
import { MemoryDeviceState } from "./lib/member/memory_device_state.ts";
import type { ServerStatus } from "./lib/metrics/server_status.ts";
import { DEFAULT_GATE_LIMITS } from "./lib/net/gate.ts";
import {
  type HandshakeProgress,
  listen,
  type Listening,
} from "./lib/net/listen.ts";
import type { TcpDuplex } from "./lib/net/tcp_duplex.ts";
import { PATIENCE, Watchdog } from "./lib/net/watchdog.ts";
import { decodeClientMessage } from "./lib/protocol/codec.ts";
import type { LeaveReason } from "./lib/protocol/entry.ts";
import type { MessageOfKind } from "./lib/protocol/messages.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import { createHouse } from "./lib/room/furnish.ts";
import { Hall } from "./lib/room/hall.ts";
import type { House } from "./lib/room/house.ts";
import type { HouseEvent, SessionId } from "./lib/room/house_event.ts";
import { DEFAULT_ROOM_LIMITS } from "./lib/room/room_limits.ts";
import { MemoryHistory } from "./lib/store/memory_history.ts";
import {
  type ConsoleOptions,
  ENTER_TIMEOUT_MS,
  type ServeOptions,
  type Server,
} from "./serve_options.ts";
import { checkOptions } from "./server/checks.ts";
import { Door } from "./server/door.ts";
import { frameMessage, unframe } from "./server/framing.ts";
import { Keeping } from "./server/keeping.ts";
import { leaveReason } from "./server/leave_reason.ts";
import { LocalLink } from "./server/local_link.ts";
import { relaying } from "./server/relayed.ts";
import { RemoteSeat } from "./server/remote_seat.ts";
import { Telling } from "./server/telling.ts";

/**
 * Starts a server.
 *
 * @throws {ChatError} `CHAT_LISTEN_FAILED`; `CHAT_DEVELOPMENT_IDENTITY` when
 * one of the public keys in `certs/` would be reachable from elsewhere.
 */
export function serve(options: ServeOptions): Server {
  return new RunningServer(options);
}

/** Entries of each room that a server without a history keeps. */
const KEPT_IN_MEMORY = 1_000;

const CROWDED: Refusal = {
  alert: "full",
  reason: "too many connections from your address",
};

class RunningServer implements Server {
  readonly #options: ServeOptions;
  readonly #keeping: Keeping;
  readonly #house: House;
  readonly #hall: Hall;
  readonly #listening: Listening;
  readonly #watchdog = new Watchdog();
  readonly #channels = new Map<Channel, SessionId>();
  readonly #connections = new Set<Promise<void>>();
  readonly #door: Door;
  #closing: Promise<void> | undefined;

  constructor(options: ServeOptions) {
    const { identity, limits, onEvent } = options;
    checkOptions(options);
    this.#options = options;
    using resources = new DisposableStack();
    const history = options.history ??
      new MemoryHistory({ keepLast: KEPT_IN_MEMORY });
    this.#keeping = resources.use(new Keeping(history, options));
    const owners = [identity.fingerprint, ...options.owners ?? []];
    this.#house = createHouse({
      serverName: options.name ?? "chat",
      motd: options.motd ?? "",
      history: this.#keeping.history,
      ...options.newcomerLines === undefined
        ? {}
        : { newcomerLines: options.newcomerLines },
      owners: owners.map((owner) => fingerprintBytes(owner).toHex()),
      limits: pick(limits, DEFAULT_ROOM_LIMITS),
      digest: sha256Sync,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      unframe,
    });
    this.#door = new Door(this.#house, options.authorized);
    const telling = onEvent && new Telling(this.#house, onEvent);
    this.#hall = new Hall(this.#house, {
      encode: frameMessage,
      now: Date.now,
      schedule: setImmediate,
      onStep: (event, effects) => telling?.see(event, effects),
      ...relaying(options),
    });
    if (options.predecessor !== undefined) this.#succeed(options.predecessor);
    this.#listening = listen(
      options,
      { ...DEFAULT_GATE_LIMITS, ...pick(limits, DEFAULT_GATE_LIMITS) },
      {
        serve: (duplex, progress) => this.#keep(duplex, progress),
        turnAway,
      },
    );
    resources.move();
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

  status(): ServerStatus {
    const { waitingBytes, laggingReaders } = this.#hall.backlog;
    return {
      state: this.#closing !== undefined
        ? "draining"
        : this.#keeping.failing
        ? "store_failed"
        : "serving",
      connections: this.counts,
      members: this.#house.people.size,
      rooms: this.#house.rooms.size,
      waitingBytes,
      laggingReaders,
      historyBytes: this.#keeping.history.bytes,
    };
  }

  async console(
    name: string,
    { sealing }: ConsoleOptions = {},
  ): Promise<Conversation> {
    const { identity } = this.#options;
    const fingerprint = fingerprintBytes(identity.fingerprint);
    const console = new Correspondent({
      fingerprint,
      transport: { open: () => Promise.resolve(this.#openConsole()) },
      clock: { now: Date.now, delay: () => new Promise(() => {}) },
      random: Math.random,
      state: new MemoryDeviceState(crypto.getRandomValues(new Uint8Array(16))),
      reconnect: false,
      ...sealing === undefined ? {} : { sealing },
    });
    await console.enter({ name });
    return console;
  }

  authorize(authorized: AccessList | undefined): void {
    this.#door.authorized = authorized;
    for (const { peer } of this.#channels.keys()) {
      if (this.#door.isAdmitted(peer)) continue;
      const fingerprint = fingerprintBytes(peer.fingerprint);
      this.#hall.apply({ kind: "expel", fingerprint });
    }
    this.#hall.flush();
  }

  close(options: { readonly restart?: boolean } = {}): Promise<void> {
    return this.#closing ??= this.#close(options.restart ?? false);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(restart: boolean): Promise<void> {
    this.#listening.stop();
    this.#apply({ kind: "shutdown", restart });
    await Promise.all(this.#connections);
    this.#hall.flush(); // nothing is stored after this: the history may close
    this.#watchdog[Symbol.dispose]();
    this.#keeping[Symbol.dispose]();
  }

  #apply(event: HouseEvent): void {
    this.#hall.apply(event);
    this.#hall.flush();
  }

  /** Our console is who it was, under the key that we had before. */
  #succeed(predecessor: Fingerprint): void {
    const previous = fingerprintBytes(predecessor);
    const next = fingerprintBytes(this.fingerprint);
    this.#apply({ kind: "succeed", previous, next });
  }

  #openConsole(): LocalLink {
    const { identity } = this.#options;
    const fingerprint = fingerprintBytes(identity.fingerprint);
    let link: LocalLink | undefined;
    this.#hall.seat(
      {
        identity: { fingerprint, publicKey: identity.publicKey },
        address: "",
        authorized: true,
        console: true,
      },
      (session, feed) =>
        link = new LocalLink(feed, {
          onMessage: (message) =>
            this.#apply({ kind: "message", session, message }),
          onClose: () => this.#apply({ kind: "close", session, why: "quit" }),
        }),
    );
    return link as unknown as LocalLink;
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
    const { meter } = this.#options;
    let isReady = false;
    try {
      const channel = await acceptChannel(duplex, {
        identity: this.#options.identity,
        onHello: () => progress.greet(),
        admit: (peer) => {
          const { address } = duplex;
          const refused = this.#door.refuse(peer, { address, at: Date.now() });
          if (refused !== undefined) return refused;
          return progress.establish() ? undefined : CROWDED;
        },
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: MAX_SENT_PAYLOAD_BYTES,
          idleTimeout: PATIENCE.idle,
        }),
      });
      progress.ready();
      isReady = true;
      meter?.handshake();
      if (this.#closing !== undefined) return await channel.close();
      await this.#host(channel, duplex.address);
      await duplex.closed;
    } catch (error) {
      if (!isReady) meter?.handshakeFailed(codeOf(error));
      this.#report(duplex, error);
    }
  }

  /** Keeps a session in the hall for as long as its channel lives. */
  async #host(channel: Channel, address: string): Promise<void> {
    const { peer } = channel;
    const { meter, limits, succession } = this.#options;
    const fingerprint = fingerprintBytes(peer.fingerprint);
    const enterBy = setTimeout(
      () => channel.refuse("idle", "you chose no name"),
      limits?.enterTimeout ?? ENTER_TIMEOUT_MS,
    );
    const session = this.#hall.seat(
      {
        identity: { fingerprint, publicKey: peer.publicKey },
        address,
        // The list may have changed while READY was on its way.
        authorized: this.#door.isAuthorized(peer),
        console: false,
      },
      (_session, feed) =>
        new RemoteSeat(channel, feed, {
          onEntered: () => clearTimeout(enterBy),
          succession,
          meter,
        }),
    );
    this.#watchdog.watch(channel);
    this.#channels.set(channel, session);
    let why: LeaveReason = "quit";
    try {
      for await (const batch of channel.batches()) {
        const broken = await this.#take(session, { peer, batch });
        if (broken !== undefined) {
          void channel.refuse("protocol_error", broken.message);
          throw broken;
        }
        if (this.#hall.has(session)) continue;
        this.#hall.flush(); // its goodbye, before reading ends
        break;
      }
    } catch (error) {
      why = leaveReason(error);
      throw error;
    } finally {
      clearTimeout(enterBy);
      this.#watchdog.unwatch(channel);
      this.#channels.delete(channel);
      this.#hall.apply({ kind: "close", session, why });
    }
  }

  /** Applies what arrived together; an error means the peer broke the rules. */
  async #take(
    session: SessionId,
    { peer, batch }: {
      readonly peer: PublicIdentity;
      readonly batch: readonly Bytes[];
    },
  ): Promise<ChatError | undefined> {
    try {
      for (const payload of batch) {
        const message = decodeClientMessage(payload);
        if (message.kind === "rotate") {
          await this.#rotate(session, { peer, message });
        } else {
          this.#hall.apply({ kind: "message", session, message });
        }
      }
      return undefined;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  /** Checks who signed it; what follows from that, the house decides. */
  async #rotate(
    session: SessionId,
    { peer, message }: {
      readonly peer: PublicIdentity;
      readonly message: MessageOfKind<"rotate">;
    },
  ): Promise<void> {
    if (!this.#hall.has(session)) return; // costs something
    const { id } = message;
    const next = await verifySuccession(peer.publicKey, message);
    this.#hall.apply({
      kind: "rotate",
      session,
      id,
      next: next === undefined ? null : {
        fingerprint: fingerprintBytes(next.fingerprint),
        publicKey: next.publicKey,
      },
      listed: this.#door.lists(peer),
    });
  }

  #report({ address }: TcpDuplex, error: unknown): void {
    // A bug that one connection brings to light ends that connection alone.
    const { code, message } = error instanceof ChatError
      ? error
      : { code: "CHAT_INTERNAL", message: String(error) } as const;
    this.#options.onFailure?.({ address, code, message });
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof ChatError ? error.code : "CHAT_INTERNAL";
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
