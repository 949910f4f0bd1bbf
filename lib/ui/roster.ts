import type { Member } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";

/**
 * People remembered at most. Who comes when there are as many is neither counted
 * nor completed, until the server's own list is asked for again.
 */
export const MAX_PRESENT = 65_536;

/** Who is in the room, as far as the events so far tell. */
export class Roster {
  /** Names by fingerprint: a person is an identity, not a name. */
  #names = new Map<string, string>();
  #uncounted = false;

  /** Replaces what we know by the server's own list. */
  reset(members: readonly Member[]): void {
    this.#names = new Map(
      members.slice(0, MAX_PRESENT)
        .map(({ fingerprint, name }) => [fingerprint.toHex(), name]),
    );
    this.#uncounted = members.length > MAX_PRESENT;
  }

  /** Notes who came or went. */
  see(event: ConversationEvent): void {
    if (event.kind === "joined") {
      const identity = event.fingerprint.toHex();
      if (this.#names.size < MAX_PRESENT || this.#names.has(identity)) {
        this.#names.set(identity, event.name);
      } else this.#uncounted = true;
    } else if (event.kind === "left") {
      this.#names.delete(event.fingerprint.toHex());
    }
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
}
