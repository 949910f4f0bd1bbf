import { GOODBYE_ERRORS } from "../../protocol/words.ts";
import type {
  Conversation,
  ConversationEvent,
} from "../../room/conversation.ts";
import type { Scene } from "../scene.ts";

/** Follows a conversation until its end: what every interface has to do. */
export abstract class Session {
  readonly scene: Scene;
  /** Settles when it is over; rejects with the reason to end with. */
  readonly ended: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  /** Aborts when it is over, whatever the reason. */
  readonly over = new AbortController();
  /** Whether we are on our way out: then no end is an error. */
  leaving = false;
  readonly #signal: AbortSignal | undefined;

  /** @param options `signal` says goodbye and ends when aborted. */
  constructor(scene: Scene, options: { readonly signal?: AbortSignal }) {
    this.scene = scene;
    this.#signal = options.signal;
  }

  get conversation(): Conversation {
    return this.scene.conversation;
  }

  /** Calls `leave` when the session's signal aborts, until disposed. */
  leavingWith(leave: () => void): Disposable {
    this.#signal?.addEventListener("abort", leave);
    if (this.#signal?.aborted) leave();
    return {
      [Symbol.dispose]: (): void => (
        this.#signal?.removeEventListener("abort", leave)
      ),
    };
  }

  /**
   * Shows what happens to the end. A goodbye that is an error is shown only when
   * nothing else tells it, or it would be told twice.
   *
   * @param show Whether to go on.
   * @param options `all` shows it all the same, to programs.
   */
  async follow(
    show: (event: ConversationEvent) => Promise<boolean>,
    { all }: { readonly all: boolean } = { all: false },
  ): Promise<void> {
    let held: ConversationEvent | undefined;
    try {
      for await (const event of this.conversation.events) {
        await this.scene.inTurn(event);
        const isError = event.kind === "goodbye" && !all &&
          GOODBYE_ERRORS[event.why] !== null;
        if (isError) held = event;
        else if (!await show(event)) break;
      }
      if (held !== undefined) await show(held);
    } catch (error) {
      if (!this.leaving) throw error; // else we cut it off ourselves
    }
    this.ended.resolve();
  }
}
