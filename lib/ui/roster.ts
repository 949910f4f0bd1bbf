import type { Bytes } from "../bytes.ts";
import type { Member } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";

/**
 * People remembered at most. Who comes when there are as many is neither counted
 * nor completed, until the server's own list is asked for again.
 */
export const MAX_PRESENT = 65_536;

/** Who is in a room, as far as the events so far tell. */
export class Roster {
  /** Names by fingerprint: a person is an identity, not a name. */
  #names = new Map<string, string>();
  #uncounted = false;
  #known = false;
  #members = 0;

  /** Whether the server's own list was ever taken in. */
  get known(): boolean {
    return this.#known;
  }

  /** Replaces what we know by the server's own list. */
  reset(members: readonly Member[]): void {
    this.#known = true;
    this.#members = members.length;
    this.#names = new Map(
      members.filter(({ online }) => online).slice(0, MAX_PRESENT)
        .map(({ fingerprint, name }) => [fingerprint.toHex(), name]),
    );
    this.#uncounted = members.length > MAX_PRESENT;
  }

  /** Notes who came or went, or has another key. */
  see(event: ConversationEvent): void {
    if (event.kind === "joined") this.#add(event.fingerprint, event.name);
    else if (event.kind === "left") this.#delete(event.fingerprint);
    else if (event.kind === "renewed" && this.#delete(event.fingerprint)) {
      this.#add(event.next, event.name);
    }
  }

  /** Whether somebody of that fingerprint is present. */
  has(fingerprint: Bytes): boolean {
    return this.#names.has(fingerprint.toHex());
  }

  /** Who belonged to it when the list was asked for, present or not. */
  get members(): number {
    return this.#members;
  }

  /** People present, those that are counted. */
  get size(): number {
    return this.#names.size;
  }

  /** Whether there may be more of them. */
  get uncounted(): boolean {
    return this.#uncounted;
  }

  /** Their names, as the server knows them. */
  get names(): readonly string[] {
    return [...this.#names.values()];
  }

  #add(fingerprint: Bytes, name: string): void {
    const identity = fingerprint.toHex();
    if (this.#names.size < MAX_PRESENT || this.#names.has(identity)) {
      this.#names.set(identity, name);
    } else this.#uncounted = true;
  }

  #delete(fingerprint: Bytes): boolean {
    return this.#names.delete(fingerprint.toHex());
  }
}
