import { createHash } from "node:crypto";
import type { Bytes } from "../../bytes.ts";
import { acceptChannel } from "../../channel/accept.ts";
import type { Channel } from "../../channel/channel.ts";
import { ChatError } from "../../errors.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import type { Identity } from "../../identity/identity.ts";
import type { PublicIdentity } from "../../identity/public_identity.ts";
import { TcpDuplex } from "../../net/tcp_duplex.ts";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeServerMessage,
} from "../../protocol/codec.ts";
import type { ClientMessage, ServerMessage } from "../../protocol/messages.ts";
import type { Feed } from "../../room/feed.ts";
import { createHouse } from "../../room/furnish.ts";
import { Hall, type Seat } from "../../room/hall.ts";
import type { House } from "../../room/house.ts";
import { MemoryHistory } from "../../store/memory_history.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  splitMessages,
} from "../../wire/message.ts";
import { type Meddler, Meddlers, type Meddling } from "../meddlers.ts";

/** Entries that its rooms keep, more than an experiment causes. */
const KEPT = 10_000;

/**
 * The rooms of the real server behind another door: who holds the server's key
 * decides what goes in and out of it, message by message and for each member.
 */
export class LyingServer implements AsyncDisposable, Meddling {
  readonly house: House;
  /** Everything that members have sent, and who. */
  readonly heard: { readonly who: string; readonly message: ClientMessage }[] =
    [];
  readonly #hall: Hall;
  readonly identity: Identity;
  readonly #honest: boolean;
  readonly #meddlers = new Meddlers();
  readonly #seats = new Map<string, LyingSeat>();
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #ends = new Set<TcpDuplex>();
  readonly #running: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  /**
   * @param identity The server's, with its private key.
   * @param options `honest`: whether it does nothing of what it is told to do.
   */
  constructor(
    identity: Identity,
    { honest = false }: { readonly honest?: boolean } = {},
  ) {
    this.identity = identity;
    this.#honest = honest;
    this.house = createHouse({
      serverName: "chat",
      motd: "",
      history: new MemoryHistory({ keepLast: KEPT }),
      digest: (secret) =>
        new Uint8Array(createHash("sha256").update(secret).digest()),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      unframe: (messages) =>
        Uint8Array.from(payloadsOf(messages).flatMap((each) => [...each])),
    });
    this.#hall = new Hall(this.house, {
      encode: (entry) =>
        encodeMessage(MESSAGE_TYPES.data, encodeServerMessage(entry)),
      now: Date.now,
      schedule: queueMicrotask,
    });
    this.#accepting = this.#acceptAll();
  }

  /** The port of 127.0.0.1 that it listens on. */
  get port(): number {
    return this.#listener.addr.port;
  }

  meddle(who: Bytes | null, by: Meddler): { stop(): void } {
    if (this.#honest) return { stop(): void {} };
    return this.#meddlers.add(who, by);
  }

  tell(who: Bytes, ...messages: readonly ServerMessage[]): void {
    if (!this.#honest) this.#seats.get(who.toHex())?.send(messages);
  }

  /** Behaves from now on. */
  behave(): void {
    this.#meddlers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    this.#ends.forEach((end) => end.close());
    await Promise.all(this.#running);
  }

  async #acceptAll(): Promise<void> {
    for await (const conn of this.#listener) {
      const duplex = new TcpDuplex(conn);
      this.#ends.add(duplex);
      this.#running.push(this.#serve(duplex));
    }
  }

  async #serve(duplex: TcpDuplex): Promise<void> {
    try {
      let client: PublicIdentity | undefined;
      const channel = await acceptChannel(duplex, {
        identity: this.identity,
        admit: (peer) => {
          client = peer;
          return undefined;
        },
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: 65_530,
          idleTimeout: 60_000,
        }),
      });
      if (client !== undefined) await this.#keep(channel, client);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error; // the client has gone
    }
  }

  async #keep(
    channel: Channel,
    { fingerprint, publicKey }: PublicIdentity,
  ): Promise<void> {
    const identity = { fingerprint: fingerprintBytes(fingerprint), publicKey };
    const who = identity.fingerprint.toHex();
    const opening = {
      ...{ identity, address: "127.0.0.1", authorized: true, console: false },
    };
    const seated = Promise.withResolvers<LyingSeat>();
    const session = this.#hall.seat(opening, (_session, feed) => {
      const lie = (
        messages: readonly ServerMessage[],
      ): readonly ServerMessage[] => this.#meddlers.tell(who, messages);
      const seat = new LyingSeat(channel, feed, lie);
      seated.resolve(seat);
      return seat;
    });
    const seat = await seated.promise;
    this.#seats.set(who, seat);
    try {
      for await (const batch of channel.batches()) {
        for (const payload of batch) {
          const message = decodeClientMessage(payload);
          this.heard.push({ who, message });
          const passed = this.#meddlers.ask(
            who,
            message,
            (answer) => seat.send([answer]),
          );
          if (passed === null) continue;
          this.#hall.apply({ kind: "message", session, message: passed });
        }
      }
    } finally {
      if (this.#hall.has(session)) {
        this.#hall.apply({ kind: "close", session, why: "cut" });
        this.#hall.flush();
      }
    }
  }
}

/** A member at the other end of a channel, who is told what its server likes. */
class LyingSeat implements Seat {
  readonly #channel: Channel;
  readonly #feed: Feed;
  readonly #lie: (
    messages: readonly ServerMessage[],
  ) => readonly ServerMessage[];

  constructor(
    channel: Channel,
    feed: Feed,
    lie: (messages: readonly ServerMessage[]) => readonly ServerMessage[],
  ) {
    this.#channel = channel;
    this.#feed = feed;
    this.#lie = lie;
  }

  /** Says something as it is. */
  send(messages: readonly ServerMessage[]): void {
    for (const each of messages) this.#channel.send(encodeServerMessage(each));
    this.#channel.wake();
  }

  reply(message: ServerMessage): void {
    this.send(this.#lie([message]));
  }

  wake(): void {
    while (this.#feed.pending > 0) {
      const entries = payloadsOf(this.#feed.take());
      this.send(this.#lie(entries.map(decodeServerMessage)));
    }
  }

  end(goodbye: ServerMessage): void {
    this.reply(goodbye);
    void this.#channel.close();
  }

  cut(): void {
    void this.#channel.close();
  }
}

/** What stands in framed messages. */
function payloadsOf(messages: Uint8Array): readonly Bytes[] {
  if (messages.length === 0) return [];
  return splitMessages(messages as Bytes).map(({ payload }) => payload);
}
