import { Queue } from "../queue.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import type { ReadingPosition } from "./device_state.ts";

/** Events that may wait to be iterated; then nothing more is taken in. */
export const MAX_WAITING_EVENTS = 4096;

/** What is to be noted of a room once everything before it was shown. */
export type Note =
  | { readonly kind: "read to"; readonly position: ReadingPosition }
  | { readonly kind: "left"; readonly room: number };

interface Item {
  readonly event: ConversationEvent | null;
  readonly note: Note | null;
}

/** Told what becomes of events. */
export interface Listener {
  /** The consumer gets this event now. */
  shown(event: ConversationEvent): void;
  /** The consumer is done with everything before the note. */
  noted(note: Note): void;
}

/**
 * The events of a conversation, in order, with notes between them: how far
 * somebody has read is true only once the event was looked at.
 */
export class EventFeed implements AsyncIterable<ConversationEvent> {
  readonly #queue = new Queue<Item>(MAX_WAITING_EVENTS);
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Appends an event, and what to note when the consumer is done with it. */
  push(event: ConversationEvent | null, note: Note | null = null): void {
    this.#queue.push({ event, note });
  }

  /** Resolves when there is room; whoever reads for us awaits it. */
  async room(): Promise<void> {
    await this.#queue.room();
  }

  /** From now on `room` makes nobody wait. */
  release(): void {
    this.#queue.release();
  }

  /** Ends it: what is queued is still delivered, then `error` is thrown. */
  end(error?: unknown): void {
    this.#queue.end(error);
  }

  /** Iterate once. Leaving early ends it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<
    ConversationEvent,
    void,
    void
  > {
    for await (const { event, note } of this.#queue) {
      if (event !== null) {
        this.#listener.shown(event);
        yield event;
      }
      if (note !== null) this.#listener.noted(note);
    }
  }
}
