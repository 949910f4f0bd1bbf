import type { Channel } from "../lib/channel/channel.ts";
import { openChannel } from "../lib/channel/open.ts";
import type { Fingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { dial } from "../lib/net/dial.ts";
import type { TcpDuplex } from "../lib/net/tcp_duplex.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
} from "../lib/protocol/codec.ts";
import type { ClientMessage, ServerMessage } from "../lib/protocol/messages.ts";
import { SERVER_MESSAGES } from "../lib/protocol/schema.ts";
import { entering } from "./receiver.ts";

/** The kinds that are looked at; others are only opened. */
export type Watched = Partial<
  {
    [K in ServerMessage["kind"]]: (
      message: Extract<ServerMessage, { readonly kind: K }>,
    ) => void;
  }
>;

/** A member that sends what it is told and decodes what is looked at. */
export class Member implements Disposable {
  readonly #duplex: TcpDuplex;
  readonly #channel: Channel;
  #lastId = 1; // the first one was to follow

  private constructor(duplex: TcpDuplex, channel: Channel) {
    this.#duplex = duplex;
    this.#channel = channel;
  }

  /** Connects, proves itself, enters and follows the lobby. */
  static async enter(
    server: { readonly port: number; readonly fingerprint: Fingerprint },
    name: string,
  ): Promise<Member> {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const channel = await openChannel(duplex, {
      identity: await generateIdentity(),
      pins: [server.fingerprint],
    });
    const member = new Member(duplex, channel);
    for (const message of entering(name)) member.#send(message);
    return member;
  }

  /** Says something in the lobby. */
  say(text: string): void {
    const id = ++this.#lastId;
    this.#send({ kind: "say", id, room: 0, number: id, text });
  }

  /** Reads until the connection ends. */
  async read(watched: Watched): Promise<void> {
    const takes = new Map<number, (message: never) => void>(
      Object.entries(watched).map(([kind, take]) => [
        SERVER_MESSAGES[kind as ServerMessage["kind"]].tag,
        take as (message: never) => void,
      ]),
    );
    try {
      for await (const batch of this.#channel.batches()) {
        for (const payload of batch) {
          const tag = payload[1] === 0x18 ? payload[2] : payload[1];
          takes.get(tag ?? -1)?.(decodeServerMessage(payload) as never);
        }
      }
    } catch {
      // It is over: whoever waits for more fails for want of it.
    }
  }

  [Symbol.dispose](): void {
    this.#duplex.close();
  }

  #send(message: ClientMessage): void {
    this.#channel.send(encodeClientMessage(message));
    this.#channel.wake();
  }
}

/** The value below which `part` of all are, from 0 to 1. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[
    Math.min(sorted.length - 1, Math.floor(part * sorted.length))
  ] ??
    NaN;
}
