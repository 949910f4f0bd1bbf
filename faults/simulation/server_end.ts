import { ChatError } from "../../lib/errors.ts";
import type {
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { Feed } from "../../lib/room/feed.ts";
import type { Seat } from "../../lib/room/hall.ts";
import { decodeFramed } from "../../server/framing.ts";
import type { Downward, Upward, WireEnd } from "./virtual_wire.ts";

/** Batches on their way at once, and when one is worth overtaking. */
const WINDOW = { batches: 8, full: 32_768 };

/** What an end needs of its surroundings. */
export interface ServerEndOptions {
  readonly feed: Feed;
  readonly send: (item: Downward) => void;
  readonly onItem: (item: Upward) => void;
  readonly onLost: () => void;
  /** Sees what the hall answers. */
  readonly onReply: (message: ServerMessage) => void;
  /** Whether an acknowledgement is sent. */
  readonly acknowledges: (ack: MessageOfKind<"ack">) => boolean;
}

/**
 * The server's end of a connection. Like the pump of a channel, it sends what has
 * gathered when what it sent before was taken, its own messages first.
 */
export class ServerEnd implements Seat, WireEnd<Upward> {
  readonly #options: ServerEndOptions;
  #replies: ServerMessage[] = [];
  #inFlight = 0;
  #over = false;

  constructor(options: ServerEndOptions) {
    this.#options = options;
  }

  reply(message: ServerMessage): void {
    this.#options.onReply(message);
    if (message.kind === "ack" && !this.#options.acknowledges(message)) return;
    this.#replies.push(message);
  }

  /** Sends a message at once, whatever the hall says. */
  push(message: ServerMessage): void {
    this.#replies.push(message);
    this.wake();
  }

  wake(): void {
    const { feed, send } = this.#options;
    while (!this.#over && this.#inFlight < WINDOW.batches) {
      const pending = feed.pending;
      if (this.#replies.length === 0 && pending === 0) return;
      if (this.#inFlight > 0 && pending < WINDOW.full) return;
      const replies = this.#replies;
      this.#replies = [];
      const messages = replies.length > 0 ? replies : decodeFramed(feed.take());
      this.#inFlight += 1;
      send({ kind: "batch", messages });
    }
  }

  end(goodbye: ServerMessage): void {
    if (this.#over) return;
    this.#options.send({
      kind: "batch",
      messages: [...this.#replies, goodbye],
    });
    this.finish();
  }

  cut(): void {
    const error = new ChatError("CHAT_TOO_SLOW", "Cannot go on: too slow");
    this.finish(error);
  }

  /** Sends that it is over, and nothing after. */
  finish(error?: ChatError): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.send(
      error === undefined ? { kind: "end" } : { kind: "end", error },
    );
  }

  /** The other end took a batch. */
  consumed(): void {
    this.#inFlight -= 1;
    this.wake();
  }

  arrived(item: Upward): void {
    this.#options.onItem(item);
  }

  lost(): void {
    this.#over = true;
    this.#options.onLost();
  }
}
