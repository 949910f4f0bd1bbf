import { type Bytes, concat } from "../bytes.ts";
import { splitFrames } from "./frames.ts";
import type { Direction } from "./recording.ts";
import type { Target } from "./relay.ts";

/** Bytes of a frame that has not ended yet; more is none of our programs. */
const MAX_HELD_BYTES = 1024 * 1024;

const READ_BYTES = 65_536;

/** One frame on its way, and what may be done with it. */
export interface Passing {
  readonly direction: Direction;
  /** Number of the frame in its direction of this connection, from 0. */
  readonly index: number;
  readonly bytes: Bytes;
  /** Sends `bytes` on to the receiver. */
  forward(bytes: Bytes): void;
  /** Sends `bytes` back to the sender. */
  reflect(bytes: Bytes): void;
  /** Ends the stream to the receiver, after what was sent on. */
  cut(): void;
}

/** Decides about a frame; one it does nothing with is dropped. */
export type Meddle = (frame: Passing) => void;

/** One connection that came through an {@linkcode ActiveRelay}. */
export interface Meddled {
  /** The frames as they were sent, before anything was done with them. */
  readonly sent: Readonly<Record<Direction, readonly Bytes[]>>;
  /** Resolves when both ends have hung up. */
  readonly ended: Promise<void>;
  /** Cuts both ends. */
  drop(): void;
}

/** Somebody in the middle who knows where frames begin, and meddles. */
export interface ActiveRelay extends AsyncDisposable {
  /** The free port of 127.0.0.1 that it listens on. */
  readonly port: number;
  /** In the order they came in. */
  readonly connections: readonly Meddled[];
}

/**
 * Starts a relay on loopback that does with each frame what `meddle` says, which
 * is asked anew for each connection, by its number from 0.
 */
export function startActiveRelay(
  target: Target,
  meddle: (connection: number) => Meddle,
): ActiveRelay {
  return new MeddlingRelay(target, meddle);
}

/** Passes a frame on unchanged. */
export function passOn(frame: Passing): void {
  frame.forward(frame.bytes);
}

class MeddlingRelay implements ActiveRelay {
  readonly connections: Connection[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: Target;
  readonly #meddle: (connection: number) => Meddle;
  readonly #accepting: Promise<void>;

  constructor(target: Target, meddle: (connection: number) => Meddle) {
    this.#target = target;
    this.#meddle = meddle;
    this.#accepting = this.#acceptAll();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    this.connections.forEach((each) => each.drop());
    await Promise.all(this.connections.map(({ ended }) => ended));
  }

  async #acceptAll(): Promise<void> {
    for await (const client of this.#listener) {
      const meddle = this.#meddle(this.connections.length);
      this.connections.push(new Connection(client, this.#target, meddle));
    }
  }
}

class Connection implements Meddled {
  readonly sent: Record<Direction, Bytes[]> = { up: [], down: [] };
  readonly ended: Promise<void>;
  readonly #meddle: Meddle;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #outlets = new Map<Deno.TcpConn, Outlet>();
  #dropped = false;

  constructor(client: Deno.TcpConn, target: Target, meddle: Meddle) {
    this.#meddle = meddle;
    this.#own(client);
    this.ended = this.#serve(client, target);
  }

  drop(): void {
    this.#dropped = true;
    this.#open.forEach((conn) => conn.close());
    this.#open.clear();
  }

  async #serve(client: Deno.TcpConn, target: Target): Promise<void> {
    try {
      const { host: hostname, port } = target;
      const server = await Deno.connect({ hostname, port });
      this.#own(server);
      if (this.#dropped) return;
      await Promise.all([
        this.#pump("up", client, server),
        this.#pump("down", server, client),
      ]);
    } catch {
      // Nobody answers there: the client learns of it below.
    } finally {
      this.drop();
    }
  }

  #own(conn: Deno.TcpConn): void {
    conn.setNoDelay(true);
    this.#open.add(conn);
    this.#outlets.set(conn, new Outlet(conn));
  }

  async #pump(
    direction: Direction,
    from: Deno.TcpConn,
    to: Deno.TcpConn,
  ): Promise<void> {
    const ahead = this.#outlet(to);
    const back = this.#outlet(from);
    const buffer = new Uint8Array(READ_BYTES);
    let held: Bytes = new Uint8Array(0);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        held = concat(held, buffer.subarray(0, count));
        for (const { bytes } of splitFrames(held)) {
          held = held.slice(bytes.length);
          const index = this.sent[direction].push(bytes) - 1;
          this.#meddle({
            direction,
            index,
            bytes,
            forward: (changed) => ahead.write(changed),
            reflect: (changed) => back.write(changed),
            cut: () => ahead.end(),
          });
        }
        if (held.length > MAX_HELD_BYTES) break;
      }
    } catch {
      // Reset, or dropped by us: either way nothing more comes.
    }
    ahead.end();
    await ahead.done;
  }

  #outlet(conn: Deno.TcpConn): Outlet {
    const outlet = this.#outlets.get(conn);
    if (outlet === undefined) throw new Error("Cannot write: not connected");
    return outlet;
  }
}

/** Writes in order, up to its end; what comes after that is dropped. */
class Outlet {
  readonly #conn: Deno.TcpConn;
  #last: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Resolves when all is written, or cannot be. */
  get done(): Promise<void> {
    return this.#last;
  }

  write(bytes: Bytes): void {
    if (!this.#ended) this.#after(() => writeAll(this.#conn, bytes));
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#after(() => this.#conn.closeWrite());
  }

  #after(work: () => Promise<void>): void {
    // Whoever is to read it may have gone.
    this.#last = this.#last.then(work).catch(() => {});
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Bytes): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await conn.write(bytes.subarray(sent));
  }
}
