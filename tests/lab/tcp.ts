/** What the relay's tests talk to. */

/** A listener on loopback that serves each connection with `serve`. */
export class TestServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #served: Promise<void>;

  constructor(serve: (conn: Deno.TcpConn) => Promise<void>) {
    this.#served = this.#serveAll(serve);
  }

  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.#listener.addr.port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#served;
  }

  async #serveAll(
    serve: (conn: Deno.TcpConn) => Promise<void>,
  ): Promise<void> {
    const running: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      running.push(serve(conn).finally(() => conn.close()));
    }
    await Promise.all(running);
  }
}

/** Sends everything back until the end. */
export async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(1024);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    await conn.write(buffer.subarray(0, count));
  }
}

/** Connects to a port of loopback. */
export async function connectTo(port: number): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port });
}

/** Reads until `length` bytes are there or the connection ends. */
export async function readUpTo(
  conn: Deno.TcpConn,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = await conn.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
