import { type Bytes, utf8 } from "../../bytes.ts";

const READ_BYTES = 1024;

/** Members of a plain room at once; who comes later is hung up on. */
const MAX_MEMBERS = 16;

/**
 * A chat room without any protection, as small as the program that this project
 * began with: the first that a client sends is its name, all that follows is
 * passed on to the others as it came. A read is taken for a message.
 */
export class PlainRoom implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #members = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #named = 0;

  /** Starts it on a free port of loopback. */
  constructor() {
    this.#running = this.#acceptAll();
  }

  /** Port of 127.0.0.1. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Resolves when so many have said their names since it was started. */
  async named(count: number): Promise<void> {
    while (this.#named < count) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Hangs up on everybody. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const member of this.#members) this.#leave(member);
    await this.#running;
  }

  async #acceptAll(): Promise<void> {
    const serving: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) {
        if (this.#members.size < MAX_MEMBERS) serving.push(this.#serve(conn));
        else conn.close();
      }
    } finally {
      await Promise.all(serving);
    }
  }

  async #serve(member: Deno.TcpConn): Promise<void> {
    this.#members.add(member);
    try {
      const buffer = new Uint8Array(READ_BYTES);
      for (let named = false;; named = true) {
        const count = await member.read(buffer);
        if (count === null) return;
        const message = buffer.slice(0, count);
        await this.#passOn(member, named ? message : greeting(message));
        if (!named) this.#hasName();
      }
    } catch {
      // It has gone.
    } finally {
      this.#leave(member);
    }
  }

  async #passOn(from: Deno.TcpConn, message: Bytes): Promise<void> {
    for (const member of this.#members) {
      if (member !== from) await member.write(message);
    }
  }

  #hasName(): void {
    this.#named += 1;
    this.#waiting.forEach((resolve) => resolve());
    this.#waiting.clear();
  }

  #leave(member: Deno.TcpConn): void {
    if (this.#members.delete(member)) member.close();
  }
}

function greeting(name: Bytes): Bytes {
  const text = new TextDecoder().decode(name);
  return utf8(`New person joined the room. Username: ${text}`);
}

/** A client of a {@linkcode PlainRoom}. */
export class PlainClient implements Disposable {
  readonly name: string;
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);

  private constructor(name: string, conn: Deno.TcpConn) {
    this.name = name;
    this.#conn = conn;
  }

  /** Connects to a port of 127.0.0.1 and says its name, as it likes. */
  static async enter(name: string, port: number): Promise<PlainClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const client = new PlainClient(name, conn);
    await conn.write(utf8(name));
    return client;
  }

  /** Says something, with its name in front, or with anybody's. */
  async say(text: string, as: string = this.name): Promise<void> {
    await this.#conn.write(utf8(`${as} - ${text}`));
  }

  /**
   * What comes next, as the screen would show it.
   *
   * @throws {Error} when the room has hung up.
   */
  async hear(): Promise<string> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) throw new Error("Cannot hear: the room has closed");
    return new TextDecoder().decode(this.#buffer.subarray(0, count));
  }

  /** Hangs up. */
  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
