import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import type { Vocabulary } from "../completion.ts";
import {
  type Composer,
  EMPTY_COMPOSER,
  press,
  replaceText,
  submit,
} from "../composer.ts";
import type { Draft } from "../draft.ts";
import type { Key } from "../key.ts";
import { holdsSecret } from "../link_secret.ts";
import { remember } from "../recall.ts";

/** Rooms whose unfinished texts are kept; the oldest is dropped first. */
const MAX_DRAFTS = 64;

/** The line being typed; each room has its own, and they share what was sent. */
export class LineInput {
  #composer: Composer = EMPTY_COMPOSER;
  #room: number;
  readonly #drafts = new Map<number, Draft>();

  /** @param room The number of the room it is typed in. */
  constructor(room: number) {
    this.#room = room;
  }

  get draft(): Draft {
    return this.#composer;
  }

  get text(): string {
    return this.#composer.text;
  }

  /** The room that the text is for. */
  get room(): number {
    return this.#room;
  }

  /** @returns Whether the key did something, other than text that has no room. */
  press(key: Key, vocabulary: Vocabulary): boolean {
    const next = press(this.#composer, key, {
      ...vocabulary,
      maxBytes: MAX_TEXT_BYTES,
    });
    const refused = next === this.#composer && key.kind !== "press";
    this.#composer = next;
    return !refused;
  }

  /** Takes the text out; Up brings it back, unless it holds a secret. */
  take(): void {
    if (holdsSecret(this.text)) return this.empty();
    this.#composer = submit(this.#composer).rest;
  }

  /** Empties the line of what is not worth remembering. */
  empty(): void {
    this.#composer = replaceText(this.#composer, "");
  }

  /**
   * Goes to another room.
   *
   * @param options `carry` takes along what was typed, as it was typed on the
   * way; else it stays behind until we come back.
   */
  move(room: number, { carry }: { readonly carry: boolean }): void {
    if (room === this.#room) return;
    if (!carry) this.#leave();
    this.#room = room;
    const draft = this.#drafts.get(room);
    if (draft === undefined || this.text !== "") return;
    this.#drafts.delete(room);
    this.#composer = { ...this.#composer, ...draft };
  }

  /** Forgets a room; Up brings back what was written for it. */
  forget(room: number): void {
    const draft = this.#drafts.get(room);
    if (draft === undefined) return;
    this.#drafts.delete(room);
    if (holdsSecret(draft.text)) return;
    const history = remember(this.#composer.history, draft.text);
    this.#composer = { ...this.#composer, history };
  }

  #leave(): void {
    const { text, cursor } = this.#composer;
    if (text === "") return;
    this.#drafts.delete(this.#room);
    this.#drafts.set(this.#room, { text, cursor });
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size > MAX_DRAFTS && oldest !== undefined) {
      this.#drafts.delete(oldest);
    }
    this.empty();
  }
}
