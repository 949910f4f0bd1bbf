import { ChatError } from "../errors.ts";
import { bind } from "./bind.ts";
import { Gate, type GateLimits, type Ticket } from "./gate.ts";
import { TcpDuplex } from "./tcp_duplex.ts";

/** Time allowed from accepting a connection to READY, in milliseconds. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Pause after a failed accept (no more file descriptors), in ms. */
const ACCEPT_PAUSE_MS = 5;

/** What happens to a connection that came in. */
export interface Handlers {
  /**
   * Serves one connection until it is over. Its handshake must be over within
   * {@linkcode HANDSHAKE_TIMEOUT_MS}, said by `ready`.
   */
  serve(duplex: TcpDuplex, progress: HandshakeProgress): Promise<void>;
  /** Tells a connection that there is no room, and closes it. */
  turnAway(duplex: TcpDuplex): Promise<void>;
}

/** What a connection says of its handshake while it is served. */
export interface HandshakeProgress {
  /** The peer has said hello: others are cut before it. */
  greet(): void;
  /** The peer is proven: counts it; false when its address has too many. */
  establish(): boolean;
  /** The handshake is over: ends its deadline. */
  ready(): void;
}

/** A listening socket that is being served. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Connections by state. */
  readonly counts: { readonly established: number; readonly halfOpen: number };
  /**
   * Takes no more connections and cuts those that have not proven who they
   * are; the others stay. Idempotent.
   */
  stop(): void;
}

/** Connections turned away at once; beyond, they are closed without a word. */
const MAX_TURNED_AWAY = 64;

/**
 * Listens on TCP and serves what comes in, within limits.
 *
 * @param address `port` 0 chooses a free one.
 * @throws {ChatError} `CHAT_LISTEN_FAILED`.
 */
export function listen(
  address: { readonly host: string; readonly port: number },
  limits: GateLimits,
  handlers: Handlers,
): Listening {
  const listener = bind(address);
  const gate = new Gate(limits);
  let turnedAway = 0;
  let stopped = false;

  void acceptAll();
  return {
    host: listener.addr.hostname,
    port: listener.addr.port,
    get counts(): { established: number; halfOpen: number } {
      return { established: gate.established, halfOpen: gate.halfOpen };
    },
    stop(): void {
      if (stopped) return;
      stopped = true;
      listener.close();
      gate.cutHalfOpen();
    },
  };

  async function acceptAll(): Promise<void> {
    while (!stopped) {
      try {
        receive(await listener.accept());
      } catch {
        if (stopped) return;
        // The peer was gone before we looked, or descriptors ran out.
        gate.makeRoom();
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      }
    }
  }

  function receive(conn: Deno.TcpConn): void {
    const duplex = new TcpDuplex(conn);
    const ticket = gate.enter(
      duplex.address,
      () => duplex.close(timeout("room")),
    );
    if (ticket === undefined) {
      void refuse(duplex);
    } else {
      void run(duplex, ticket);
    }
  }

  async function run(duplex: TcpDuplex, ticket: Ticket): Promise<void> {
    const deadline = setTimeout(
      () => duplex.close(timeout("time")),
      HANDSHAKE_TIMEOUT_MS,
    );
    void duplex.closed.then(() => {
      clearTimeout(deadline);
      ticket.leave();
    });
    await handlers.serve(duplex, {
      greet: () => ticket.greet(),
      establish: () => ticket.establish(),
      ready: () => clearTimeout(deadline),
    });
  }

  async function refuse(duplex: TcpDuplex): Promise<void> {
    if (turnedAway >= MAX_TURNED_AWAY) return duplex.close();
    turnedAway += 1;
    await handlers.turnAway(duplex);
    turnedAway -= 1;
  }
}

function timeout(lacking: "time" | "room"): ChatError {
  return new ChatError(
    "CHAT_TIMEOUT",
    `Cannot finish the handshake: out of ${lacking}`,
  );
}
