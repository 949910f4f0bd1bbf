import { type Bytes, concat } from "../../bytes.ts";
import { acceptChannel } from "../../channel/accept.ts";
import type { Channel } from "../../channel/channel.ts";
import type { Duplex } from "../../channel/duplex.ts";
import { openChannel } from "../../channel/open.ts";
import { ChatError } from "../../errors.ts";
import type { Fingerprint } from "../../identity/fingerprint.ts";
import type { Identity } from "../../identity/identity.ts";
import { dial } from "../../net/dial.ts";
import { TcpDuplex } from "../../net/tcp_duplex.ts";
import { decodeClientMessage } from "../../protocol/codec.ts";

/** What the attacker has of one connection. */
export interface Catch {
  /** Every byte that the client sent, as it came. */
  readonly received: Bytes;
  /** Who the client proved to be. */
  readonly client: Fingerprint | undefined;
  /** What was said, as the attacker read it. */
  readonly texts: readonly string[];
}

/** Whom the attacker pretends to be connected with. */
export interface RealServer {
  readonly port: number;
  readonly fingerprint: Fingerprint;
}

/**
 * Somebody in the middle with a key of its own: shows it to clients as if it were
 * the server, goes to the server as a client, and reads what passes between them.
 */
export class Middle implements AsyncDisposable {
  readonly identity: Identity;
  readonly #server: RealServer;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections: Interception[] = [];
  readonly #accepting: Promise<void>;

  /** @param identity The attacker's own. */
  constructor(identity: Identity, server: RealServer) {
    this.identity = identity;
    this.#server = server;
    this.#accepting = this.#acceptAll();
  }

  /** The port of 127.0.0.1 it takes victims on. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** What it has of each connection, in the order in which they came. */
  get catches(): readonly Catch[] {
    return this.#connections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    this.#connections.forEach((each) => each.close());
    await Promise.all(this.#connections.map(({ ended }) => ended));
  }

  async #acceptAll(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#connections.push(
        new Interception(new TcpDuplex(conn), this.identity, this.#server),
      );
    }
  }
}

class Interception implements Catch {
  client: Fingerprint | undefined;
  readonly texts: string[] = [];
  readonly ended: Promise<void>;
  readonly #chunks: Bytes[] = [];
  readonly #ends: TcpDuplex[] = [];

  constructor(duplex: TcpDuplex, identity: Identity, server: RealServer) {
    this.#ends.push(duplex);
    this.ended = this.#intercept(duplex, identity, server);
  }

  get received(): Bytes {
    return concat(...this.#chunks);
  }

  close(): void {
    this.#ends.forEach((end) => end.close());
  }

  async #intercept(
    duplex: TcpDuplex,
    identity: Identity,
    { port, fingerprint }: RealServer,
  ): Promise<void> {
    try {
      const victim = await acceptChannel(this.#recording(duplex), {
        identity,
        admit: () => undefined, // anybody is welcome
        limits: () => ({
          serverTime: Date.now(),
          maxMessage: 65_530,
          idleTimeout: 60_000,
        }),
      });
      this.client = victim.peer.fingerprint;
      const behind = await dial({ host: "127.0.0.1", port });
      this.#ends.push(behind);
      const server = await openChannel(behind, {
        identity,
        pins: [fingerprint],
      });
      await Promise.all([
        pass(victim, server, (payload) => this.#read(payload)),
        pass(server, victim, () => {}),
      ]);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    } finally {
      this.close();
    }
  }

  #read(payload: Bytes): void {
    const message = decodeClientMessage(payload);
    if (message.kind === "say") this.texts.push(message.text);
  }

  /** Keeps whatever is read, also of a handshake that fails. */
  #recording(duplex: TcpDuplex): Duplex {
    return {
      read: async (into): Promise<number | null> => {
        const count = await duplex.read(into);
        if (count !== null) this.#chunks.push(into.slice(0, count));
        return count;
      },
      write: (bytes) => duplex.write(bytes),
      closeWrite: () => duplex.closeWrite(),
      linger: () => duplex.linger(),
      close: (reason) => duplex.close(reason),
    };
  }
}

async function pass(
  from: Channel,
  to: Channel,
  read: (payload: Bytes) => void,
): Promise<void> {
  for await (const batch of from.batches()) {
    for (const payload of batch) {
      read(payload);
      to.send(payload);
    }
    to.wake();
  }
  await to.close();
}
