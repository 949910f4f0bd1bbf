import type { Channel } from "../channel/channel.ts";
import { openChannel } from "../channel/open.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { generateIdentity } from "../identity/identity.ts";
import { dial } from "../net/dial.ts";
import type { TcpDuplex } from "../net/tcp_duplex.ts";
import { decodeServerMessage, encodeClientMessage } from "../protocol/codec.ts";
import { ID_BYTES } from "../protocol/limits.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../protocol/messages.ts";
import { PROTOCOL, SERVER_MESSAGES } from "../protocol/schema.ts";

/** A member without a user interface: cheap enough to have a thousand. */
export class RawMember implements Disposable {
  readonly duplex: TcpDuplex;
  readonly channel: Channel;
  /** What arrived and has not been looked at. */
  readonly #batches: AsyncGenerator<readonly Uint8Array[], void, void>;
  #waiting: Uint8Array[] = [];
  #lastId = 0;

  private constructor(duplex: TcpDuplex, channel: Channel) {
    this.duplex = duplex;
    this.channel = channel;
    this.#batches = channel.batches();
  }

  /** Connects, enters under `name` and follows the lobby from its end on. */
  static async enter(
    server: { readonly port: number; readonly fingerprint: string },
    name: string,
  ): Promise<RawMember> {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const channel = await openChannel(duplex, {
      identity: await generateIdentity(),
      pins: [server.fingerprint as Fingerprint],
    });
    const member = new RawMember(duplex, channel);
    const device = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    const enter = { kind: "enter", protocol: PROTOCOL, name } as const;
    member.send({ ...enter, device, invitation: null });
    const { seq } = await member.until("room");
    member.send({ kind: "follow", id: member.nextId(), room: 0, after: seq });
    await member.until("following");
    return member;
  }

  /** A number for a request, larger than all before. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Sends one message at once. */
  send(message: ClientMessage): void {
    this.channel.send(encodeClientMessage(message));
    this.channel.wake();
  }

  /** Says something in the lobby, without waiting for the answer. */
  say(text: string): void {
    const id = this.nextId();
    this.send({ kind: "say", id, room: 0, number: id, text });
  }

  /** Reads on to the next message of this kind; others are dropped unread. */
  async until<K extends ServerMessage["kind"]>(
    kind: K,
  ): Promise<MessageOfKind<K>> {
    const { tag } = SERVER_MESSAGES[kind];
    for (;;) {
      const at = this.#waiting.findIndex((payload) => tagOf(payload) === tag);
      const found = this.#waiting[at];
      this.#waiting = this.#waiting.slice(at < 0 ? Infinity : at + 1);
      if (found !== undefined) {
        return decodeServerMessage(found) as MessageOfKind<K>;
      }
      await this.#read();
    }
  }

  /** Reads on until `count` messages of this kind have come. */
  async count(kind: ServerMessage["kind"], count: number): Promise<void> {
    const { tag } = SERVER_MESSAGES[kind];
    for (let left = count; left > 0; await this.#read()) {
      left -= this.#waiting.filter((each) => tagOf(each) === tag).length;
      this.#waiting = [];
      if (left <= 0) return;
    }
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#batches.next();
    if (done) throw new Error("the conversation is over");
    this.#waiting = [...value];
  }

  /** Hangs up without a goodbye. */
  [Symbol.dispose](): void {
    this.duplex.close();
  }
}

/** The tag of an encoded message: the first item of its array. */
function tagOf(payload: Uint8Array): number | undefined {
  return payload[1] === 0x18 ? payload[2] : payload[1];
}
