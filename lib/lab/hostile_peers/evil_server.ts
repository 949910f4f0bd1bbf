import { acceptChannel } from "../../channel/accept.ts";
import type { Channel } from "../../channel/channel.ts";
import { ChatError } from "../../errors.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import type { Identity } from "../../identity/identity.ts";
import { TcpDuplex } from "../../net/tcp_duplex.ts";
import {
  decodeClientMessage,
  encodeServerMessage,
} from "../../protocol/codec.ts";
import type { ServerMessage } from "../../protocol/messages.ts";

/** Room of the lobby. */
const LOBBY = 0;

/**
 * A server that lets everybody in and says what it likes, in everybody's name: the
 * texts given, then goodbye.
 */
export class EvilServer implements AsyncDisposable {
  readonly #identity: Identity;
  readonly #texts: readonly string[];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #ends = new Set<TcpDuplex>();
  readonly #running: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  /** @param texts Said as text, and as name, topic and message of the day. */
  constructor(identity: Identity, texts: readonly string[]) {
    this.#identity = identity;
    this.#texts = texts;
    this.#accepting = this.#acceptAll();
  }

  /** The port of 127.0.0.1 that it listens on. */
  get port(): number {
    return this.#listener.addr.port;
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
      const channel = await acceptChannel(duplex, {
        identity: this.#identity,
        admit: () => undefined,
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: 65_530,
          idleTimeout: 60_000,
        }),
      });
      for await (const batch of channel.batches()) {
        for (const payload of batch) {
          for (const answer of this.#answer(payload)) send(channel, answer);
        }
        channel.wake();
      }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error; // the client has gone
    }
  }

  #answer(payload: Uint8Array<ArrayBuffer>): ServerMessage[] {
    const message = decodeClientMessage(payload);
    const fingerprint = fingerprintBytes(this.#identity.fingerprint);
    const all = this.#texts.join(" ");
    const room = LOBBY;
    const seq = this.#texts.length;
    switch (message.kind) {
      case "enter":
        return [{
          kind: "entered",
          name: message.name ?? "you",
          standing: "member",
          serverName: all.slice(0, 40),
          motd: all,
          present: 1,
          log: new Uint8Array(16),
          number: 0,
        }, {
          kind: "room",
          room,
          type: "open",
          name: "lobby",
          topic: all.slice(0, 100),
          seq,
          peer: null,
          group: null,
        }];
      case "follow":
        return [
          { kind: "following", id: message.id, room, after: 0, at: 0, seq },
          ...this.#texts.map((text, at): ServerMessage => ({
            kind: "said",
            room,
            seq: at + 1,
            at: Date.now(),
            name: at % 2 === 0 ? "Hana" : text.slice(0, 30),
            fingerprint,
            text,
          })),
        ];
      default:
        return [];
    }
  }
}

function send(channel: Channel, message: ServerMessage): void {
  channel.send(encodeServerMessage(message));
}
