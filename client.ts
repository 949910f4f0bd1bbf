/** Glue of the client: dial, channel and the messages of a room. */
import type { Channel } from "./lib/channel/channel.ts";
import {
  type HandshakeStep,
  inspectServer,
  openChannel,
} from "./lib/channel/open.ts";
import { ChatError } from "./lib/errors.ts";
import type { Fingerprint } from "./lib/identity/fingerprint.ts";
import { fingerprintBytes } from "./lib/identity/fingerprint.ts";
import type { Identity } from "./lib/identity/identity.ts";
import type { PublicIdentity } from "./lib/identity/public_identity.ts";
import { dial } from "./lib/net/dial.ts";
import { HANDSHAKE_TIMEOUT_MS } from "./lib/net/listen.ts";
import type { TcpDuplex } from "./lib/net/tcp_duplex.ts";
import { patienceFor, Watchdog } from "./lib/net/watchdog.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "./lib/protocol/codec.ts";
import type { ClientMessage } from "./lib/protocol/messages.ts";
import type { Conversation } from "./lib/room/conversation.ts";
import { type AskName, Membership } from "./lib/room/membership.ts";

/** Where a server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What {@linkcode connect} needs to know. */
export interface ConnectOptions extends ServerAddress {
  /** Who we are; `generateIdentity()` makes one for the occasion. */
  readonly identity: Identity;
  /** Fingerprints, one of which the server must prove. */
  readonly pins: readonly Fingerprint[];
  /** The name to ask for. */
  readonly name?: string;
  /** Answers the server's question for a name; without it, that is an error. */
  readonly askName?: AskName;
  /** Told how far connecting has come. */
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
}

/**
 * Joins the lobby of a server.
 *
 * @throws {ChatError} `CHAT_PIN_MISMATCH` when the server is another one than
 * pinned, `CHAT_NAME_INVALID` or `CHAT_NAME_TAKEN` when it wants another name
 * and there is no `askName`, and the network and handshake codes of
 * docs/errors.md. The abort reason when `signal` aborts.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const channel = await withHandshake(options, (duplex) => {
    options.onStep?.("connected");
    return openChannel(duplex, options);
  });
  const joined = new JoinedClient(channel, options);
  using patience = new Patience(channel);
  try {
    await joined.enter({ ...options, ...patience.with(options.askName) });
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

/** Time a server may take to let us in, questions apart, in milliseconds. */
export const ADMISSION_TIMEOUT_MS = 30_000;

/** Gives up a server that does not let us in; waits while a person is asked. */
class Patience implements Disposable {
  readonly #channel: Channel;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#start();
  }

  /** The same question, asked without a hurry. */
  with(askName: AskName | undefined): { readonly askName?: AskName } {
    if (askName === undefined) return {};
    return {
      askName: async (wanted): Promise<string | undefined> => {
        clearTimeout(this.#timer);
        try {
          return await askName(wanted);
        } finally {
          this.#start();
        }
      },
    };
  }

  #start(): void {
    if (this.#over) return;
    this.#timer = setTimeout(() => {
      const late = new ChatError(
        "CHAT_TIMEOUT",
        `Cannot enter: the server did not answer within ${
          ADMISSION_TIMEOUT_MS / 1000
        } s`,
      );
      this.#channel.abort(late);
    }, ADMISSION_TIMEOUT_MS);
  }

  [Symbol.dispose](): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}

/** Carries a membership over a channel, until either ends. */
class JoinedClient extends Membership implements Client {
  readonly server: PublicIdentity;

  constructor(channel: Channel, { identity }: ConnectOptions) {
    const ended = Promise.withResolvers<void>();
    super({
      fingerprint: fingerprintBytes(identity.fingerprint),
      send(message: ClientMessage): void {
        const payload = encodeClientMessage(message);
        if (payload.length > channel.ready.maxMessage) throw tooLong(channel);
        channel.send(payload);
        channel.wake();
      },
      async close(): Promise<void> {
        await channel.close();
        await ended.promise;
      },
    });
    this.server = channel.peer;
    void this.#readAll(channel).then(ended.resolve);
  }

  async #readAll(channel: Channel): Promise<void> {
    using watchdog = new Watchdog(patienceFor(channel.ready.idleTimeout));
    watchdog.watch(channel);
    let failure: unknown;
    try {
      for await (const batch of channel.batches()) {
        try {
          for (const payload of batch) {
            failure = this.take(decodeServerMessage(payload)) ?? failure;
          }
        } catch (error) {
          failure = error;
          void channel.refuse("protocol_error", messageOf(error));
          break;
        }
        await this.events.room();
      }
    } catch (error) {
      failure ??= error;
    }
    this.end(failure);
  }
}

function tooLong({ ready }: Channel): ChatError {
  return new ChatError(
    "CHAT_MESSAGE_INVALID",
    `Cannot send message: the server takes ${ready.maxMessage} bytes at most`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
