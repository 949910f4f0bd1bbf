import { Queue } from "../queue.ts";
import type { ConversationEvent } from "../room/conversation.ts";

/** Events that may wait to be iterated; then nothing more is taken in. */
export const MAX_WAITING_EVENTS = 4096;

interface Item<N> {
  readonly event: ConversationEvent | null;
  readonly note: N | null;
}

/** Told what becomes of events. */
export interface FeedListener<N> {
  /** The consumer gets this event now. */
  shown(event: ConversationEvent): void;
  /** The consumer is done with everything before the note. */
  noted(note: N): void;
}

/**
 * The events of a conversation, in order, with notes between them: how far
 * somebody has read is true only once the event was looked at.
 */
export class EventFeed<N> implements AsyncIterable<ConversationEvent> {
  readonly #queue = new Queue<Item<N>>(MAX_WAITING_EVENTS);
  readonly #listener: FeedListener<N>;

  constructor(listener: FeedListener<N>) {
    this.#listener = listener;
  }

  /** Appends an event, and what to note when the consumer is done with it. */
  push(event: ConversationEvent | null, note: N | null = null): void {
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
