import type { Bytes } from "../bytes.ts";
import type { Channel } from "../channel/channel.ts";
import { openChannel } from "../channel/open.ts";
import { ChatError } from "../errors.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { generateIdentity, type Identity } from "../identity/identity.ts";
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
  readonly #batches: AsyncGenerator<readonly Bytes[], void, void>;
  #waiting: Bytes[] = [];
  #lastId = 0;
  #over = false;

  /** Connects, enters under `name` and follows the lobby from its end on. */
  static async enter(
    server: { readonly port: number; readonly fingerprint: string },
    name: string,
    options: { readonly identity?: Identity } = {},
  ): Promise<RawMember> {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const channel = await openChannel(duplex, {
      identity: options.identity ?? await generateIdentity(),
      pins: [server.fingerprint as Fingerprint],
    });
    return await RawMember.over(duplex, channel, name);
  }

  /** Enters over a channel that is open already. */
  static async over(
    duplex: TcpDuplex,
    channel: Channel,
    name: string,
  ): Promise<RawMember> {
    const member = new RawMember(duplex, channel);
    member.knock(name);
    const { seq } = await member.#entrance();
    member.send({ kind: "follow", id: member.nextId(), room: 0, after: seq });
    await member.until("following");
    return member;
  }

  /** Over a channel that is open, without a word so far. */
  constructor(duplex: TcpDuplex, channel: Channel) {
    this.duplex = duplex;
    this.channel = channel;
    this.#batches = channel.batches();
    void duplex.closed.then(() => this.#over = true);
  }

  /** Asks to be let in. @param invitation Its secret, 16 bytes. */
  knock(name: string, invitation: Bytes | null = null): void {
    const device = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    this.send({ kind: "enter", protocol: PROTOCOL, name, device, invitation });
  }

  /** The lobby, once it is let in. */
  async #entrance(): Promise<MessageOfKind<"room">> {
    for (;;) {
      const message = await this.next();
      if (message.kind === "room") return message;
      if (message.kind === "name_wanted") {
        throw new Error(`Cannot enter: ${message.text}`);
      }
    }
  }

  /** Whether the connection was cut, as far as it is known without reading. */
  get over(): boolean {
    return this.#over;
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

  /** Reads on to the next message, whatever it is. */
  async next(): Promise<ServerMessage> {
    while (this.#waiting.length === 0) await this.#read();
    const [first, ...rest] = this.#waiting as [Bytes, ...Bytes[]];
    this.#waiting = rest;
    return decodeServerMessage(first);
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
    if (done) {
      throw new ChatError(
        "CHAT_CONNECTION_CUT",
        "Cannot read on: the server said goodbye",
      );
    }
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
