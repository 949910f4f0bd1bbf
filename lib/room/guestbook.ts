import type { Budget } from "./budget.ts";
import type { Name } from "./name.ts";

/** What is remembered of an identity. */
export interface Guest {
  /** The name that is its own. */
  readonly name: Name;
  /** What it may still send; outlives its sessions, or a new one would reset it. */
  readonly budget: Budget;
}

/** Whether a name may be had, and if not, why. */
export type NameVerdict = "free" | "taken" | "look_alike";

/**
 * Which name belongs to which identity. A name is its identity's while that is
 * present, and after that until the identity takes another name or too many
 * others have left since: of those absent, the one gone longest is forgotten
 * first. So a name can be lost to somebody new, whom the fingerprint gives away.
 *
 * Owners are strings that stand for identities, such as hex fingerprints.
 */
export class Guestbook {
  readonly #guests = new Map<string, Guest>();
  readonly #ownersByForm = new Map<string, string>();
  readonly #ownersByLook = new Map<string, string>();
  /** Owners not present, longest gone first. */
  readonly #absent = new Set<string>();
  readonly #maxAbsent: number;

  /** @param maxAbsent How many are remembered that are not present. */
  constructor(maxAbsent: number) {
    this.#maxAbsent = maxAbsent;
  }

  /** What is known of `owner`, present or not. */
  guestOf(owner: string): Guest | undefined {
    return this.#guests.get(owner);
  }

  /** Whose name this is, however it is capitalised. */
  ownerOf(name: Name): string | undefined {
    return this.#ownersByForm.get(name.form);
  }

  /** Whether `owner` could take `name`. */
  judge(owner: string, name: Name): NameVerdict {
    const same = this.#ownersByForm.get(name.form);
    if (same !== undefined && same !== owner) return "taken";
    const isAlike = name.looks.some((look) =>
      (this.#ownersByLook.get(look) ?? owner) !== owner
    );
    return isAlike ? "look_alike" : "free";
  }

  /** Notes that `owner` is present, under a name that was judged free. */
  enter(owner: string, guest: Guest): void {
    this.#forget(owner);
    this.#guests.set(owner, guest);
    this.#ownersByForm.set(guest.name.form, owner);
    for (const look of guest.name.looks) this.#ownersByLook.set(look, owner);
  }

  /**
   * Notes that `owner` is gone.
   *
   * @returns Who has been gone too long, and is forgotten.
   */
  leave(owner: string): readonly string[] {
    this.#absent.add(owner);
    const forgotten: string[] = [];
    for (const longest of this.#absent) {
      if (this.#absent.size <= this.#maxAbsent) break;
      this.#forget(longest);
      forgotten.push(longest);
    }
    return forgotten;
  }

  /** Notes that a guest of another life of this server is not present. */
  remember(owner: string, guest: Guest): readonly string[] {
    this.enter(owner, guest);
    return this.leave(owner);
  }

  /** Gives everything of `owner` to `next`, who is not known, and is not present. */
  handOver(owner: string, next: string): void {
    const guest = this.#guests.get(owner);
    if (guest === undefined) return;
    this.#forget(owner);
    this.enter(next, guest);
    this.#absent.add(next);
  }

  #forget(owner: string): void {
    this.#absent.delete(owner);
    const guest = this.#guests.get(owner);
    if (guest === undefined) return;
    this.#guests.delete(owner);
    this.#ownersByForm.delete(guest.name.form);
    for (const look of guest.name.looks) this.#ownersByLook.delete(look);
  }
}
