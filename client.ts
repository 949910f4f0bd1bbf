/** Glue of the client: dial, channel and the messages of a room. */
import type { Bytes } from "./lib/bytes.ts";
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
import { Watchdog } from "./lib/net/watchdog.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "./lib/protocol/codec.ts";
import type { Author, Member } from "./lib/protocol/entry.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "./lib/protocol/messages.ts";
import { Requests } from "./lib/protocol/requests.ts";
import { PROTOCOL } from "./lib/protocol/schema.ts";
import { GOODBYE_ERRORS } from "./lib/protocol/words.ts";
import { Queue } from "./lib/queue.ts";
import type {
  Conversation,
  ConversationEvent,
  MemberIdentity,
} from "./lib/room/conversation.ts";

/** Events that may wait to be iterated; then nothing more is read. */
const MAX_WAITING_EVENTS = 4096;

/** The lobby's number. */
const LOBBY = 0;

/** Where a server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Asked when the server wants another name than it was given. */
export type AskName = (
  wanted: MessageOfKind<"name_wanted">,
) => Promise<string | undefined>;

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

class JoinedClient implements Client {
  readonly server: PublicIdentity;
  readonly events: Queue<ConversationEvent> = new Queue(MAX_WAITING_EVENTS);
  readonly #channel: Channel;
  readonly #self: { name: string; readonly fingerprint: Bytes };
  readonly #requests = new Requests();
  readonly #watchdog = new Watchdog();
  readonly #entering = Promise.withResolvers<MessageOfKind<"entered">>();
  readonly #ended: Promise<void>;
  #askName: AskName | undefined;
  #entered: MessageOfKind<"entered"> | undefined;

  constructor(channel: Channel, { identity }: ConnectOptions) {
    this.server = channel.peer;
    this.#channel = channel;
    this.#self = {
      name: "",
      fingerprint: fingerprintBytes(identity.fingerprint),
    };
    this.#watchdog.watch(channel);
    this.#entering.promise.catch(() => {}); // `enter` awaits it, if it runs
    this.#ended = this.#readAll();
  }

  get self(): Author {
    return this.#self;
  }

  get serverName(): string {
    return this.#entered?.serverName ?? "";
  }

  get motd(): string {
    return this.#entered?.motd ?? "";
  }

  get present(): number {
    return this.#entered?.present ?? 0;
  }

  /** Asks for a name until the server grants one. */
  async enter({ name, askName, signal }: ConnectOptions): Promise<void> {
    this.#askName = askName;
    const abort = (): void => this.#entering.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#send({ kind: "enter", protocol: PROTOCOL, name: name ?? null });
    try {
      await this.#entering.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async say(text: string): Promise<void> {
    await this.#requests.ask(
      (id) => this.#send({ kind: "say", id, room: LOBBY, text }),
      (answer) => answer.kind === "ack" ? true : undefined,
    );
  }

  async act(text: string): Promise<void> {
    await this.#requests.ask(
      (id) => this.#send({ kind: "act", id, room: LOBBY, text }),
      (answer) => answer.kind === "ack" ? true : undefined,
    );
  }

  async who(): Promise<readonly Member[]> {
    const members: Member[] = [];
    return await this.#requests.ask(
      (id) => this.#send({ kind: "who", id, room: LOBBY }),
      (answer) => {
        if (answer.kind !== "members") return undefined;
        members.push(...answer.members);
        return answer.more ? undefined : members;
      },
    );
  }

  async whois(name: string): Promise<MemberIdentity> {
    return await this.#requests.ask(
      (id) => this.#send({ kind: "whois", id, name }),
      (answer) => answer.kind === "identity" ? answer : undefined,
    );
  }

  async close(): Promise<void> {
    await this.#channel.close();
    await this.#ended;
  }

  #send(message: ClientMessage): void {
    this.#channel.send(encodeClientMessage(message));
    this.#channel.wake();
  }

  async #readAll(): Promise<void> {
    let failure: unknown;
    try {
      for await (const batch of this.#channel.batches()) {
        for (const payload of batch) {
          failure = this.#take(decodeServerMessage(payload)) ?? failure;
        }
        await this.events.room();
      }
    } catch (error) {
      failure ??= error;
      if (error instanceof ChatError && error.code === "CHAT_PROTOCOL") {
        void this.#channel.refuse("protocol_error", error.message);
      }
    }
    this.#watchdog[Symbol.dispose]();
    this.events.end(failure);
    const closed = failure ?? new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot ask the server: the conversation is over",
    );
    this.#entering.reject(closed);
    this.#requests.fail(closed);
  }

  /** @returns The error that a goodbye amounts to. */
  #take(message: ServerMessage): ChatError | undefined {
    switch (message.kind) {
      case "name_wanted":
        void this.#answerName(message);
        return undefined;
      case "entered":
        this.#entered = message;
        this.#self.name = message.name;
        this.#entering.resolve(message);
        return undefined;
      case "ack":
      case "refused":
      case "members":
      case "identity":
        this.#requests.answer(message);
        return undefined;
      case "goodbye": {
        const { why, text } = message;
        this.events.push({ kind: "goodbye", why, text });
        const code = GOODBYE_ERRORS[why];
        return code === null
          ? undefined
          : new ChatError(code, `Cannot stay: ${text}`);
      }
      default:
        this.events.push(message);
        return undefined;
    }
  }

  async #answerName(wanted: MessageOfKind<"name_wanted">): Promise<void> {
    try {
      const name = await this.#askName?.(wanted);
      if (name === undefined) throw nameRefused(wanted);
      this.#send({ kind: "enter", protocol: PROTOCOL, name });
    } catch (error) {
      this.#entering.reject(error);
    }
  }
}

function nameRefused(wanted: MessageOfKind<"name_wanted">): ChatError {
  const suggestion = wanted.suggestion === null
    ? ""
    : `; "${wanted.suggestion}" is free`;
  return new ChatError(
    wanted.why === "taken" || wanted.why === "look_alike"
      ? "CHAT_NAME_TAKEN"
      : "CHAT_NAME_INVALID",
    `Cannot enter: ${wanted.text}${suggestion}`,
  );
}
