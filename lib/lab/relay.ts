import type { Bytes } from "../bytes.ts";
import { type Direction, Recording } from "./recording.ts";

/** Bytes all recordings of a relay may hold together, unless told otherwise. */
export const MAX_RECORDED_BYTES = 64 * 1024 * 1024;

const READ_BYTES = 65_536;

/** Pause after a failed accept, in milliseconds. */
const ACCEPT_PAUSE_MS = 50;

/** Where a relay leads. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Somebody in the middle who forwards every byte and keeps a copy. */
export interface Relay extends AsyncDisposable {
  /** The free port of 127.0.0.1 that it listens on. */
  readonly port: number;
  /** A recording per connection, in the order they came in. */
  readonly recordings: readonly Recording[];
  /**
   * Connects everyone who comes from now on to `target`; without one they are
   * hung up on. Who is connected stays so.
   */
  lead(target: Target | undefined): void;
  /** Cuts every connection and stops listening. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a relay on loopback that connects everyone who comes to `target`.
 *
 * @param options `limit` in bytes lowers {@linkcode MAX_RECORDED_BYTES}. What
 * could not be recorded is not forwarded: at the limit connections are cut.
 */
export function startRelay(
  target: Target,
  options: { readonly limit?: number } = {},
): Relay {
  return new RecordingRelay(target, options.limit ?? MAX_RECORDED_BYTES);
}

class RecordingRelay implements Relay {
  readonly recordings: Recording[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();
  readonly #began = performance.now();
  #target: Target | undefined;
  #room: number;
  #closed = false;

  constructor(target: Target, limit: number) {
    this.#target = target;
    this.#room = limit;
    this.#start(this.#acceptAll());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  lead(target: Target | undefined): void {
    this.#target = target;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      this.#open.forEach((conn) => this.#drop(conn));
    }
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #acceptAll(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#start(this.#serve(await this.#listener.accept()));
      } catch {
        if (this.#closed) return;
        // Whoever came was gone before we looked, or descriptors ran out: then
        // it fails again and again, until a connection ends.
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      }
    }
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    const recording = new Recording();
    this.recordings.push(recording);
    const ends = [client];
    this.#open.add(client);
    const cut = (): void => ends.forEach((conn) => this.#drop(conn));
    try {
      if (this.#target === undefined) return;
      const { host, port } = this.#target;
      const server = await Deno.connect({ hostname: host, port });
      ends.push(server);
      this.#open.add(server);
      if (this.#closed) return;
      client.setNoDelay(true);
      server.setNoDelay(true);
      await Promise.all([
        this.#pump("up", recording, { from: client, to: server }).catch(cut),
        this.#pump("down", recording, { from: server, to: client }).catch(cut),
      ]);
    } catch {
      // Nobody answers there, or the client has gone: below, both learn of it.
    } finally {
      cut();
      recording.end();
    }
  }

  /** Forwards one direction to its end, and the end itself. */
  async #pump(
    direction: Direction,
    recording: Recording,
    { from, to }: { readonly from: Deno.TcpConn; readonly to: Deno.TcpConn },
  ): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) break;
      this.#room -= count;
      if (this.#room < 0) throw new Error("Cannot record: no room left");
      const bytes = buffer.slice(0, count);
      const at = performance.now() - this.#began;
      recording.add({ direction, at, bytes });
      await writeAll(to, bytes);
    }
    await to.closeWrite().catch(() => {}); // it may have gone before
  }

  #drop(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Bytes): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await conn.write(bytes.subarray(sent));
  }
}
