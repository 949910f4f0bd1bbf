import type { ChatError } from "../../lib/errors.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { Pipe } from "./pipe.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What goes from a client to the server. */
export type Upward =
  | { readonly kind: "message"; readonly message: ClientMessage }
  | { readonly kind: "close" }
  | { readonly kind: "abort" };

/** What goes from the server to a client. */
export type Downward =
  | { readonly kind: "batch"; readonly messages: readonly ServerMessage[] }
  /** The last thing; with an error when it is no goodbye. */
  | { readonly kind: "end"; readonly error?: ChatError };

/** One end of a connection, as the network sees it. */
export interface WireEnd<T> {
  arrived(item: T): void;
  /** The connection is broken, as this end finds out. */
  lost(): void;
}

/** When what of a connection breaks, in milliseconds from now on. */
export interface Break {
  /** Nothing that a client sends arrives any more. */
  readonly up: number;
  /** Nothing that the server sends arrives any more. */
  readonly down: number;
  /** The client finds out. */
  readonly client: number;
  /** The server finds out. */
  readonly server: number;
}

/** One connection: two directions that break apart from each other. */
export class VirtualWire {
  readonly up: Pipe<Upward>;
  readonly down: Pipe<Downward>;
  readonly #time: VirtualTime;
  readonly #client: WireEnd<Downward>;
  readonly #server: () => WireEnd<Upward> | undefined;

  constructor(time: VirtualTime, options: {
    readonly latency: () => number;
    readonly client: WireEnd<Downward>;
    readonly server: () => WireEnd<Upward> | undefined;
  }) {
    const { latency, client, server } = options;
    this.#time = time;
    this.#client = client;
    this.#server = server;
    this.up = new Pipe(time, {
      latency,
      deliver: (item): void => server()?.arrived(item),
    });
    this.down = new Pipe(time, {
      latency,
      deliver: (item): void => client.arrived(item),
    });
  }

  break({ up, down, client, server }: Break): void {
    this.#time.after(up, () => this.up.stop());
    this.#time.after(down, () => this.down.stop());
    this.#time.after(Math.max(client, down), () => this.#client.lost());
    this.#time.after(Math.max(server, up), () => this.#server()?.lost());
  }
}
