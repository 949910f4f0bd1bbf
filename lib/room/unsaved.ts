import { ChatError } from "../errors.ts";
import type { Change } from "./registry.ts";

/**
 * Changes that may wait while nothing can be stored; then the oldest is given up,
 * which a restart may undo.
 */
export const MAX_UNSAVED = 10_000;

/**
 * Changes that are stored with what comes next. Of those that concern the same
 * thing only the last counts, so there are never more than things.
 */
export class Unsaved {
  readonly #changes = new Map<string, Change>();

  add(change: Change): void {
    const key = keyOf(change);
    this.#changes.delete(key); // to come last
    this.#changes.set(key, change);
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > MAX_UNSAVED) {
      this.#changes.delete(oldest as string);
    }
  }

  /** In the order in which they were made. */
  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  get size(): number {
    return this.#changes.size;
  }

  /**
   * Stores each on its own. One that `store` throws anything for but a
   * `ChatError` is a bug, and would be in the way of all for ever: it is dropped.
   */
  storeApart(store: (change: Change) => void): void {
    for (const [key, change] of this.#changes) {
      try {
        store(change);
      } catch (error) {
        if (error instanceof ChatError) return;
      }
      this.#changes.delete(key);
    }
  }

  /** Notes that all of them are stored. */
  clear(): void {
    this.#changes.clear();
  }
}

function keyOf(change: Change): string {
  switch (change.kind) {
    case "name":
      return `name ${change.name.owner.toHex()}`;
    case "forget name":
      return `name ${change.owner.toHex()}`;
    case "member":
      return `member ${change.member.room} ${change.member.owner.toHex()}`;
    case "forget member":
      return `member ${change.room} ${change.owner.toHex()}`;
    case "role":
      return `role ${change.owner.toHex()}`;
    case "sanction":
      return `${change.sanction.kind} ${change.sanction.subject}`;
    case "lift":
      return `${change.of} ${change.subject}`;
    case "admit":
      return `admission ${change.admission.owner.toHex()}`;
    case "expel":
      return `admission ${change.owner.toHex()}`;
    case "hand over":
      return `sender ${change.owner.toHex()}`;
    case "sealing key":
      return `sealing key ${change.owner.toHex()}`;
    case "group info":
      return `group info ${change.room}`;
    case "room":
    case "remove room": // nothing of a room follows its removal
      return `room ${change.room}`;
  }
}
