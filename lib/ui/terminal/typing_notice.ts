import type { Conversation } from "../../room/conversation.ts";
import type { RoomView } from "../room_view.ts";

/** Milliseconds between two notices that we are typing. */
export const TYPING_EVERY_MS = 3_000;

/** Tells the others of a room that we are typing: text for them, no commands. */
export class TypingNotice {
  readonly #conversation: Pick<Conversation, "typing">;
  #room: number | undefined;
  #at = -Infinity;

  constructor(conversation: Pick<Conversation, "typing">) {
    this.#conversation = conversation;
  }

  /** Notes that the text has changed, `now` in milliseconds. */
  typed(text: string, view: RoomView, now: number): void {
    const command = text.startsWith("/") && !text.startsWith("//");
    const alone = view.roster.known && view.roster.size < 2;
    if (text.trim() === "" || command || (alone && !view.direct)) return;
    if (this.#room === view.room && now - this.#at < TYPING_EVERY_MS) return;
    [this.#room, this.#at] = [view.room, now];
    this.#conversation.typing(view.room);
  }

  /** Notes that it was sent: what is typed next is news again. */
  sent(): void {
    this.#room = undefined;
  }
}
