import type { Member } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";

/** Who is in the room, as far as the events so far tell. */
export class Roster {
  /** Names by fingerprint: a person is an identity, not a name. */
  #names = new Map<string, string>();

  /** Replaces what we know by the server's own list. */
  reset(members: readonly Member[]): void {
    this.#names = new Map(
      members.map(({ fingerprint, name }) => [fingerprint.toHex(), name]),
    );
  }

  /** Notes who came or went. */
  see(event: ConversationEvent): void {
    if (event.kind === "joined") {
      this.#names.set(event.fingerprint.toHex(), event.name);
    } else if (event.kind === "left") {
      this.#names.delete(event.fingerprint.toHex());
    }
  }

  /** People present. */
  get size(): number {
    return this.#names.size;
  }

  /** Their names, as the server knows them. */
  get names(): readonly string[] {
    return [...this.#names.values()];
  }
}
