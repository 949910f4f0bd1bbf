/** A chat/1 client over TCP, as docs/protocol.md has it. */
import { decodeItem, encodeItem, type Item } from "./cbor.ts";
import { ClientHandshake, fingerprintOf } from "./handshake.ts";
import { type Bytes, join, random, same } from "./primitives.ts";
import {
  Direction,
  encode,
  type Message,
  messagesOf,
  readUint,
} from "./records.ts";

/** Frames of a TCP connection. */
class Frames {
  readonly #conn: Deno.TcpConn;
  #held: Bytes = new Uint8Array(0);

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** The body of the next frame, or null at the end of the stream. */
  async next(): Promise<Bytes | null> {
    for (;;) {
      const length = readUint(this.#held, 0, 4);
      if (this.#held.length >= 4 + length && this.#held.length >= 4) {
        const body = this.#held.slice(4, 4 + length);
        this.#held = this.#held.slice(4 + length);
        return body;
      }
      const chunk = new Uint8Array(4096);
      const count = await this.#conn.read(chunk);
      if (count === null) return null;
      this.#held = join(this.#held, chunk.subarray(0, count));
    }
  }

  /** The next one, which must come. */
  async must(): Promise<Bytes> {
    const body = await this.next();
    if (body === null) throw new Error("CHAT_CONNECTION_CUT");
    return body;
  }
}

/** A connected client. */
export class ReaderClient {
  /** Messages of the channel that were received, but Data. */
  readonly control: Message[] = [];
  readonly #conn: Deno.TcpConn;
  readonly #frames: Frames;
  readonly #up: Direction;
  readonly #down: Direction;
  #waiting: Item[] = [];

  private constructor(
    conn: Deno.TcpConn,
    frames: Frames,
    secrets: { up: Bytes; down: Bytes },
  ) {
    this.#conn = conn;
    this.#frames = frames;
    this.#up = new Direction(secrets.up);
    this.#down = new Direction(secrets.down);
  }

  /**
   * Connects to `port` on loopback, to the server of that fingerprint, as the
   * identity of that seed.
   */
  static async connect(
    port: number,
    pin: string,
    identitySeed: Bytes = random(32),
  ): Promise<ReaderClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    try {
      return await ReaderClient.#over(conn, pin, identitySeed);
    } catch (error) {
      conn.close(); // and tell nothing
      throw error;
    }
  }

  static async #over(
    conn: Deno.TcpConn,
    pin: string,
    identitySeed: Bytes,
  ): Promise<ReaderClient> {
    const frames = new Frames(conn);
    const client = new ClientHandshake({
      identitySeed,
      random: random(32),
      scalar: random(32),
      mlKemSeed: random(64),
    });
    await conn.write(await client.clientHello());
    await client.serverHello(await frames.must());
    const server = await client.serverAuth(await frames.must());
    if (await fingerprintOf(server) !== pin) throw new Error("PIN_MISMATCH");
    await conn.write(await client.clientAuth());
    const { up, down } = client.values as { up: Bytes; down: Bytes };
    const connected = new ReaderClient(conn, frames, { up, down });
    const [ready] = messagesOf(
      await connected.#down.open(await frames.must()),
    );
    if (ready?.type !== 0x05 || !same(ready.payload.subarray(32, 64), server)) {
      throw new Error("CHAT_READY_INVALID");
    }
    return connected;
  }

  /** Sends application messages, and others, in one record. */
  async send(items: readonly Item[], ...more: readonly Bytes[]): Promise<void> {
    const data = items.map((item) => encode(0x10, encodeItem(item)));
    await this.#conn.write(await this.#up.seal(join(...data, ...more)));
  }

  /** The next application message, or undefined when the server has closed. */
  async receive(): Promise<Item[] | undefined> {
    while (this.#waiting.length === 0) {
      const body = await this.#frames.next();
      if (body === null) return undefined;
      for (const message of messagesOf(await this.#down.open(body))) {
        if (message.type === 0x10) {
          this.#waiting.push(decodeItem(message.payload));
        } else if (message.type === 0x11) await this.#down.update();
        else this.control.push(message);
      }
    }
    return this.#waiting.shift() as Item[];
  }

  /** Announces the next key, and moves to it. */
  async update(items: readonly Item[]): Promise<void> {
    await this.send(items, encode(0x11));
    await this.#up.update();
  }

  /** Hangs up without a word. */
  cut(): void {
    this.#conn.close();
  }

  /** Says goodbye, and reads on until the server closes. */
  async close(): Promise<void> {
    await this.send([], encode(0x12));
    await this.#conn.closeWrite();
    while (await this.#frames.next() !== null);
    this.#conn.close();
  }
}
