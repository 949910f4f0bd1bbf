import { ChatError } from "../../lib/errors.ts";
import type { Link } from "../../lib/member/link.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { Downward, Upward, WireEnd } from "./virtual_wire.ts";

/** What an end needs of its surroundings. */
export interface ClientEndOptions {
  readonly send: (item: Upward) => void;
  /** The server may send more. */
  readonly consumed: () => void;
  /** Resolves when whoever reads goes on reading. */
  readonly ready: () => Promise<void>;
}

/** A client's end of a connection. */
export class ClientEnd implements Link, WireEnd<Downward> {
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  readonly #options: ClientEndOptions;
  #items: Downward[] = [];
  #over = false;
  readonly #ended = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();

  constructor(options: ClientEndOptions) {
    this.#options = options;
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    if (!this.#over) this.#options.send({ kind: "message", message });
  }

  async close(): Promise<void> {
    if (!this.#over) this.#options.send({ kind: "close" });
    await this.#ended.promise;
  }

  abort(reason: ChatError): void {
    if (this.#over) return;
    this.#options.send({ kind: "abort" });
    this.#end(reason);
  }

  arrived(item: Downward): void {
    if (this.#over) return;
    this.#items.push(item);
    this.#changed.resolve();
  }

  lost(): void {
    this.#end(
      new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: the network broke"),
    );
  }

  /** The program ends, or the connection: what has arrived is still read. */
  #end(error: ChatError): void {
    if (this.#over) return;
    this.#over = true;
    this.#items.push({ kind: "end", error });
    this.#changed.resolve();
    this.#ended.resolve();
  }

  async *#read(): AsyncGenerator<readonly ServerMessage[], void, void> {
    for (;;) {
      await this.#options.ready();
      const item = this.#items.shift();
      if (item === undefined) {
        await this.#changed.promise;
        this.#changed = Promise.withResolvers();
      } else if (item.kind === "batch") {
        yield item.messages;
        this.#options.consumed();
      } else {
        this.#over = true;
        this.#ended.resolve();
        if (item.error !== undefined) throw item.error;
        return;
      }
    }
  }
}
