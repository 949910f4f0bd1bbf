/** Glue of the client: dial, channel and the messages of rooms. */
import type { Bytes } from "./lib/bytes.ts";
import type { Channel } from "./lib/channel/channel.ts";
import {
  type HandshakeStep,
  inspectServer,
  openChannel,
} from "./lib/channel/open.ts";
import { ChatError, ERRORS } from "./lib/errors.ts";
import type { Fingerprint } from "./lib/identity/fingerprint.ts";
import { fingerprintBytes } from "./lib/identity/fingerprint.ts";
import type { Identity } from "./lib/identity/identity.ts";
import type { PublicIdentity } from "./lib/identity/public_identity.ts";
import type { Succession } from "./lib/member/asker.ts";
import { Correspondent } from "./lib/member/correspondent.ts";
import type { DeviceState } from "./lib/member/device_state.ts";
import { handOver as handOverOn } from "./lib/member/hand_over.ts";
import type { Link, Transport } from "./lib/member/link.ts";
import type { SealingMaker } from "./lib/member/sealing.ts";
import { MemoryDeviceState } from "./lib/member/memory_device_state.ts";
import { dial } from "./lib/net/dial.ts";
import { HANDSHAKE_TIMEOUT_MS } from "./lib/net/listen.ts";
import type { TcpDuplex } from "./lib/net/tcp_duplex.ts";
import { patienceFor, Watchdog } from "./lib/net/watchdog.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "./lib/protocol/codec.ts";
import { ID_BYTES } from "./lib/protocol/limits.ts";
import type { ClientMessage, ServerMessage } from "./lib/protocol/messages.ts";
import type { AskName } from "./lib/room/ask_name.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import { memorySealing } from "./lib/sealing/make_sealing.ts";

/** Where a server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What {@linkcode connect} needs to know. */
export interface ConnectOptions extends ServerAddress {
  /** Who we are; `generateIdentity()` makes one for the occasion. */
  readonly identity: Identity;
  /**
   * Fingerprints, one of which the server must prove. Looked at for each
   * connection, so that a key the server announces may be added on the way.
   */
  readonly pins: readonly Fingerprint[];
  /** The name to ask for. */
  readonly name?: string;
  /** Answers the server's question for a name; without it, that is an error. */
  readonly askName?: AskName;
  /** The secret of an invitation, 16 bytes. */
  readonly invitation?: Bytes;
  /**
   * What this device remembers of this server: messages that wait, and how far
   * it has read. Disposed of by the caller, after `close`. Left out, it lives as
   * long as the conversation.
   */
  readonly state?: DeviceState;
  /**
   * Our side of sealed and direct rooms. Left out, their keys live as long as the
   * conversation.
   */
  readonly sealing?: SealingMaker;
  /**
   * Whether to be told what was said in a room before we came, as far as the
   * server tells newcomers; `true` when left out.
   */
  readonly past?: boolean;
  /** Whether a lost connection is made again; `true` when left out. */
  readonly reconnect?: boolean;
  /**
   * Told the key that the server says it will have next, and what it has proved
   * to be: `verifySuccession` tells whether that is true. Must not throw.
   */
  readonly onSuccession?: (
    succession: Succession,
    server: PublicIdentity,
  ) => void;
  /**
   * Told all keys of each connection, as lines for a key log. Whoever reads them
   * reads what is said: for analysing one's own traffic, and nothing else.
   */
  readonly keyLog?: (line: string) => void;
  /** Told how far connecting has come, the first time. */
  readonly onStep?: (step: "connected" | HandshakeStep) => void;
  /** Aborts connecting, not the finished conversation. */
  readonly signal?: AbortSignal;
}

/** A conversation that this process has joined over the network. */
export interface Client extends Conversation {
  /** What the server proved to be. */
  readonly server: PublicIdentity;
  /** Message of the day; text of a peer, so sanitise it. */
  readonly motd: string;
  /** People present when we entered, ourselves included. */
  readonly present: number;
  /** Hands over all we are here to our next key. */
  rotate(succession: Succession): Promise<void>;
}

/**
 * Joins the rooms of a server. The conversation outlives its connections, unless
 * told otherwise; only the first is not made again when it fails.
 *
 * @throws {ChatError} `CHAT_PIN_MISMATCH` when the server is another one than
 * pinned, `CHAT_NAME_INVALID` or `CHAT_NAME_TAKEN` when it wants another name
 * and there is no `askName`, and the network and handshake codes of
 * docs/errors.md. The abort reason when `signal` aborts.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const sealing = options.sealing ?? await memorySealing(options.identity);
  const all = { ...options, sealing };
  const joined = new JoinedClient(new ChannelTransport(all), all);
  try {
    await joined.enter(options);
    return joined;
  } catch (error) {
    await joined.close();
    options.signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Finds out which identity the server at an address proves, without telling
 * it ours: what a person is asked about on first use.
 *
 * @throws {ChatError} as {@linkcode connect}, but never about pins or names.
 */
export async function inspect(
  address: ServerAddress,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PublicIdentity> {
  return await withHandshake({ ...address, ...options }, inspectServer);
}

/** What {@linkcode handOver} needs to know. */
export interface HandOverOptions extends ServerAddress {
  /** Who we were until now. */
  readonly identity: Identity;
  /** Fingerprints, one of which the server must prove. */
  readonly pins: readonly Fingerprint[];
  /** Our next key, as `makeSuccession` states it. */
  readonly succession: Succession;
  readonly signal?: AbortSignal;
}

/**
 * Hands over everything we are on a server to our next key: name, rooms, rights.
 * From then on, connect with that one.
 *
 * @throws {ChatError} `CHAT_NO_SUCH_MEMBER` when the server does not know the old
 * key, `CHAT_NAME_TAKEN` when it knows the next one, `CHAT_FORBIDDEN` when it will
 * not, `CHAT_RATE_LIMITED` when it will later, and the codes of
 * {@linkcode connect}. The abort reason when `signal` aborts.
 */
export async function handOver(options: HandOverOptions): Promise<void> {
  const { publicKey, signature, consent } = options.succession;
  const { signal = new AbortController().signal } = options;
  const clock = { now: Date.now, delay };
  await handOverOn(
    new ChannelTransport(options),
    { publicKey, signature, consent },
    { clock, signal },
  );
}

async function withHandshake<T>(
  address: ServerAddress & { readonly signal?: AbortSignal },
  run: (duplex: TcpDuplex) => Promise<T>,
): Promise<T> {
  const { signal } = address;
  const duplex = await dial(address, signal === undefined ? {} : { signal });
  const late = new ChatError(
    "CHAT_TIMEOUT",
    `Cannot finish the handshake: no answer within ${
      HANDSHAKE_TIMEOUT_MS / 1000
    } s`,
  );
  const deadline = setTimeout(() => duplex.close(late), HANDSHAKE_TIMEOUT_MS);
  const abort = (): void => duplex.close();
  signal?.addEventListener("abort", abort);
  try {
    return await run(duplex);
  } catch (error) {
    signal?.throwIfAborted(); // say why we closed, not that we closed
    throw error;
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", abort);
  }
}

/** Dials, proves who both are, and hands messages over the channel. */
class ChannelTransport implements Transport {
  readonly #options: ConnectOptions;
  #channel: Channel | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  /** What the server of the newest connection proved to be. */
  get server(): PublicIdentity {
    if (this.#channel !== undefined) return this.#channel.peer;
    throw new Error("There is no server before the first connection");
  }

  async open(signal: AbortSignal): Promise<Link> {
    const { host, port, identity, pins, onStep, keyLog } = this.#options;
    const isFirst = this.#channel === undefined;
    const step = isFirst ? onStep : undefined;
    const address = { host, port, signal };
    this.#channel = await withHandshake(address, (duplex) => {
      step?.("connected");
      return openChannel(duplex, {
        identity,
        pins,
        ...(step === undefined ? {} : { onStep: step }),
        ...(keyLog === undefined ? {} : { keyLog }),
      });
    });
    return new ChannelLink(this.#channel);
  }
}

/** Carries messages over one channel. */
class ChannelLink implements Link {
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    const payload = encodeClientMessage(message);
    const { maxMessage } = this.#channel.ready;
    if (payload.length > maxMessage) {
      throw new ChatError(
        "CHAT_MESSAGE_INVALID",
        `Cannot send message: the server takes ${maxMessage} bytes at most`,
      );
    }
    this.#channel.send(payload);
    this.#channel.wake();
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  abort(reason: ChatError): void {
    const { alert } = ERRORS[reason.code];
    if (alert !== null) void this.#channel.refuse(alert, reason.message);
    else if (reason.code === "CHAT_TIMEOUT") this.#channel.abort(reason);
    else void this.#channel.close();
  }

  async *#read(): AsyncGenerator<readonly ServerMessage[], void, void> {
    const { ready } = this.#channel;
    using watchdog = new Watchdog(patienceFor(ready.idleTimeout));
    watchdog.watch(this.#channel);
    for await (const batch of this.#channel.batches()) {
      yield this.#decode(batch);
    }
  }

  #decode(batch: readonly Bytes[]): readonly ServerMessage[] {
    try {
      return batch.map(decodeServerMessage);
    } catch (error) {
      if (error instanceof ChatError) this.abort(error);
      throw error;
    }
  }
}

/** A correspondent over the network. */
class JoinedClient extends Correspondent implements Client {
  readonly #transport: ChannelTransport;

  constructor(
    transport: ChannelTransport,
    options: ConnectOptions & { readonly sealing: SealingMaker },
  ) {
    const { identity, state, reconnect = true, past, onSuccession } = options;
    super({
      sealing: options.sealing,
      fingerprint: fingerprintBytes(identity.fingerprint),
      transport,
      clock: { now: Date.now, delay },
      random: Math.random,
      state: state ??
        new MemoryDeviceState(
          crypto.getRandomValues(new Uint8Array(ID_BYTES)),
        ),
      reconnect,
      past,
      ...onSuccession === undefined ? {} : {
        onSuccession: (succession): void =>
          onSuccession(succession, transport.server),
      },
    });
    this.#transport = transport;
  }

  get server(): PublicIdentity {
    return this.#transport.server;
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = (): void => resolve();
  signal.addEventListener("abort", abort);
  await promise;
  signal.removeEventListener("abort", abort);
  clearTimeout(timer);
}
