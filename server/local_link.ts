import { ChatError } from "../lib/errors.ts";
import type { Link } from "../lib/member/link.ts";
import type { ClientMessage, ServerMessage } from "../lib/protocol/messages.ts";
import type { Feed } from "../lib/room/feed.ts";
import type { Seat } from "../lib/room/hall.ts";
import { decodeFramed } from "./framing.ts";

/**
 * The operator's own way into the house, without a network in between: a member
 * like any other, who reads the logs at its own pace and slows nobody down.
 */
export class LocalLink implements Link, Seat {
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  readonly #feed: Feed;
  readonly #onMessage: (message: ClientMessage) => void;
  readonly #onClose: () => void;
  #replies: ServerMessage[] = [];
  #over = false;
  #failure: ChatError | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(feed: Feed, options: {
    readonly onMessage: (message: ClientMessage) => void;
    /** Told once that it has left, unless the house has ended it. */
    readonly onClose: () => void;
  }) {
    this.#feed = feed;
    this.#onMessage = options.onMessage;
    this.#onClose = options.onClose;
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    if (!this.#over) this.#onMessage(message);
  }

  close(): Promise<void> {
    if (!this.#over) this.#onClose();
    this.#end();
    return Promise.resolve();
  }

  abort(reason: ChatError): void {
    this.#failure ??= reason;
    void this.close();
  }

  reply(message: ServerMessage): void {
    this.#replies.push(message);
  }

  wake(): void {
    this.#changed.resolve();
  }

  end(goodbye: ServerMessage): void {
    this.reply(goodbye);
    this.#end();
  }

  cut(): void {
    this.#failure ??= new ChatError(
      "CHAT_TOO_SLOW",
      "Cannot go on: you fell too far behind the room",
    );
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#changed.resolve();
  }

  async *#read(): AsyncGenerator<readonly ServerMessage[], void, void> {
    for (;;) {
      if (this.#replies.length > 0) {
        const replies = this.#replies;
        this.#replies = [];
        yield replies;
      } else if (!this.#over && this.#feed.pending > 0) {
        yield decodeFramed(this.#feed.take());
      } else if (this.#over) {
        if (this.#failure !== undefined) throw this.#failure;
        return;
      } else {
        await this.#changed.promise;
        this.#changed = Promise.withResolvers();
      }
    }
  }
}
