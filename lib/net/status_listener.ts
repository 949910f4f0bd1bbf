import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { bind } from "./bind.ts";
import { LoopDelay } from "./loop_delay.ts";
import { isLoopbackHost } from "./loopback.ts";
import { type Answer, encodeAnswer } from "./status_answer.ts";
import { MAX_REQUEST_BYTES, readStatusRequest } from "./status_request.ts";

/**
 * Connections served at once. One more closes the oldest that has not asked yet, or
 * else the oldest: whoever holds connections keeps nobody out.
 */
export const MAX_STATUS_CONNECTIONS = 16;
/** Time for a request and its answer, in milliseconds. */
export const STATUS_TIMEOUT_MS = 5_000;

/** What a status listener answers with. */
export interface StatusOptions {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Whether `host` may be reachable from other machines. */
  readonly anywhere: boolean;
  /** What `/metrics` answers, and the type of that text. */
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
  /** Told how late a timer was, in milliseconds, several times a second. */
  readonly onDelay: (ms: number) => void;
  /** What `/health` answers; everything but `"serving"` with status 503. */
  readonly health: () => string;
}

/** An open status listener; disposal closes it and all its connections. */
export interface StatusListener extends AsyncDisposable {
  readonly host: string;
  /** The port it really listens on. */
  readonly port: number;
}

/**
 * Answers `GET /metrics` and `GET /health` in HTTP/1.1, one request for each
 * connection. It tells numbers and states, never names nor texts; still, it asks
 * nobody who they are, so it belongs on loopback.
 *
 * @throws {ChatError} `CHAT_USAGE` when it would be reachable from elsewhere and
 * shall not be; `CHAT_LISTEN_FAILED`.
 */
export function listenForStatus(options: StatusOptions): StatusListener {
  const { host, port } = options;
  const local = isLoopbackHost(host);
  if (!local && !options.anywhere) {
    throw new ChatError(
      "CHAT_USAGE",
      `Cannot publish metrics on ${host}: others could read them, who are not asked who they are; use 127.0.0.1, or --metrics-anywhere if that is meant`,
    );
  }
  return new RunningListener(bind({ host, port }), options, local);
}

class RunningListener implements StatusListener {
  readonly #listener: Deno.TcpListener;
  readonly #options: StatusOptions;
  readonly #local: boolean;
  readonly #delay: LoopDelay;
  /** Oldest first, and whether each has asked. */
  readonly #open = new Map<Deno.TcpConn, boolean>();
  readonly #accepting: Promise<void>;
  #closed = false;

  constructor(
    listener: Deno.TcpListener,
    options: StatusOptions,
    local: boolean,
  ) {
    this.#listener = listener;
    this.#options = options;
    this.#local = local;
    this.#delay = new LoopDelay(options.onDelay);
    this.#accepting = this.#accept();
  }

  get host(): string {
    return this.#listener.addr.hostname;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#delay[Symbol.dispose]();
    this.#listener.close();
    for (const conn of [...this.#open.keys()]) this.#close(conn);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept();
        if (this.#open.size >= MAX_STATUS_CONNECTIONS) this.#makeRoom();
        void this.#serve(conn);
      } catch {
        if (this.#closed) return;
        // The peer was gone before we looked, or descriptors ran out.
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      }
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    this.#open.set(conn, false);
    const deadline = setTimeout(() => this.#close(conn), STATUS_TIMEOUT_MS);
    try {
      const head = await readHead(conn);
      if (head === undefined || !this.#open.has(conn)) return;
      this.#open.set(conn, true);
      await writeAll(conn, await this.#reply(head));
      await conn.closeWrite();
      await readToEnd(conn); // or what is unread makes the system drop the answer
    } catch {
      // Whoever asked is gone, or was too slow.
    } finally {
      clearTimeout(deadline);
      this.#close(conn);
    }
  }

  async #reply(head: string): Promise<Bytes> {
    const request = readStatusRequest(head, { local: this.#local });
    return request.kind === "get"
      ? encodeAnswer(await this.#answer(request.path), request)
      : encodeAnswer({ status: request.status }, { body: true });
  }

  async #answer(path: string): Promise<Answer> {
    const { metrics, metricsType, health } = this.#options;
    try {
      if (path === "/metrics") {
        return { status: 200, type: metricsType, text: await metrics() };
      }
      if (path !== "/health") return { status: 404 };
      const status = health();
      return {
        status: status === "serving" ? 200 : 503,
        type: "application/json",
        text: `${JSON.stringify({ status })}\n`,
      };
    } catch {
      return { status: 500 }; // a bug, but no reason to end the rooms
    }
  }

  #makeRoom(): void {
    const open = [...this.#open];
    const [conn] = open.find(([, hasAsked]) => !hasAsked) ?? open[0] ?? [];
    if (conn !== undefined) this.#close(conn);
  }

  #close(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}

/** Pause after a failed accept (no more file descriptors), in ms. */
const ACCEPT_PAUSE_MS = 50;

/**
 * The head of the request, without what may follow; `undefined` when the peer
 * ended before it. One that is too long counts as empty.
 */
async function readHead(conn: Deno.TcpConn): Promise<string | undefined> {
  const buffer = new Uint8Array(MAX_REQUEST_BYTES);
  for (let length = 0; length < buffer.length;) {
    const count = await conn.read(buffer.subarray(length));
    if (count === null) return undefined;
    length += count;
    const text = latin1(buffer.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return text.slice(0, end);
  }
  return "";
}

/** One character a byte, as nothing in a request that we obey is longer. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

async function writeAll(conn: Deno.TcpConn, bytes: Bytes): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

async function readToEnd(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await conn.read(buffer) !== null);
}
