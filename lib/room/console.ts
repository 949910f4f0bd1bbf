import type { Bytes } from "../bytes.ts";
import type { Entry } from "../protocol/entry.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { Conversation } from "./conversation.ts";
import type { ListeningSeat } from "./hall.ts";
import { MAX_WAITING_EVENTS, Membership } from "./membership.ts";
import type { RoomEvent, SessionId } from "./room_event.ts";

/** What the operator's console needs of the server that hosts it. */
export interface ConsoleHost {
  readonly session: SessionId;
  /** The server's fingerprint, 32 bytes: the operator speaks as the server. */
  readonly fingerprint: Bytes;
  /** Applies an event to the room, with everything that follows from it. */
  apply(event: RoomEvent): void;
}

/**
 * The operator's place in the room: a member like any other, without a
 * network in between. It must not slow the room down: when its events are not
 * looked at, those beyond `MAX_WAITING_EVENTS` are dropped, and it says so.
 */
export class Console implements ListeningSeat {
  readonly #membership: Membership;
  #dropped = 0;

  constructor({ session, fingerprint, apply }: ConsoleHost) {
    this.#membership = new Membership({
      fingerprint,
      send: (message) => apply({ kind: "message", session, message }),
      close: (): Promise<void> => {
        apply({ kind: "close", session, why: "quit" });
        return Promise.resolve();
      },
      kick: (id, name) => apply({ kind: "kick", session, id, name }),
    });
  }

  /** What the user interface works on. */
  get conversation(): Conversation {
    return this.#membership;
  }

  /** @throws {ChatError} `CHAT_NAME_INVALID` or `CHAT_NAME_TAKEN`. */
  async enter(name: string): Promise<void> {
    await this.#membership.enter({ name });
  }

  /** Takes in what the room says to it alone. */
  reply(message: ServerMessage): void {
    this.#membership.take(message);
  }

  /** Everything it needs to listen came with `entered`. */
  listen(): void {}

  /** Takes in a new entry of the log. */
  append(entry: Entry): void {
    const { events } = this.#membership;
    if (events.length >= MAX_WAITING_EVENTS) {
      this.#dropped += 1;
      this.#membership.skip(entry);
      return;
    }
    if (this.#dropped > 0) {
      const text = `${this.#dropped} lines came too fast to be shown`;
      this.#dropped = 0;
      this.#membership.notice(text);
    }
    this.#membership.take(entry);
  }

  /** The room has ended it. */
  end(message: ServerMessage): void {
    this.#membership.end(this.#membership.take(message));
  }
}
