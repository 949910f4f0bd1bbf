import type { Bytes } from "../../lib/bytes.ts";
import { acceptChannel } from "../../lib/channel/accept.ts";
import type { Channel } from "../../lib/channel/channel.ts";
import { openChannel } from "../../lib/channel/open.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { dial } from "../../lib/net/dial.ts";
import { TcpDuplex } from "../../lib/net/tcp_duplex.ts";

/**
 * Somebody between a member and its server who has the keys of both, so that it
 * sees all that the server sees: every message, as both sides read it.
 */
export class Wiretap implements AsyncDisposable {
  /** What both sides said, in the order it came by. */
  readonly heard: Bytes[] = [];
  readonly #server: { readonly identity: Identity; readonly port: number };
  readonly #member: Identity;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<TcpDuplex>();
  readonly #running = new Set<Promise<void>>();

  constructor(
    server: { readonly identity: Identity; readonly port: number },
    member: Identity,
  ) {
    this.#server = server;
    this.#member = member;
    this.#running.add(this.#acceptAll());
  }

  /** Where the member has to connect to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const duplex of this.#open) duplex.close();
    await Promise.all(this.#running);
  }

  async #acceptAll(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#running.add(this.#carry(new TcpDuplex(conn)));
    }
  }

  async #carry(near: TcpDuplex): Promise<void> {
    this.#open.add(near);
    const { identity, port } = this.#server;
    try {
      const far = await dial({ host: "127.0.0.1", port });
      this.#open.add(far);
      const server = await openChannel(far, {
        identity: this.#member,
        pins: [identity.fingerprint],
      });
      const { maxMessage, idleTimeout } = server.ready;
      const member = await acceptChannel(near, {
        identity,
        admit: () => undefined,
        limits: () => ({ serverTime: Date.now(), maxMessage, idleTimeout }),
      });
      await Promise.all([
        this.#forward(member, server),
        this.#forward(server, member),
      ]);
    } catch {
      // One side has gone: the other learns of it by its connection.
    } finally {
      near.close();
    }
  }

  async #forward(from: Channel, to: Channel): Promise<void> {
    try {
      for await (const batch of from.batches()) {
        for (const payload of batch) {
          this.heard.push(payload.slice());
          to.send(payload);
        }
        to.wake();
      }
    } finally {
      await to.close();
    }
  }
}
