/** How often others are told that something is being typed, in milliseconds. */
export const TYPING_MS = 3_000;

/** Remembers where it was told that something is being typed. */
export class Typing {
  readonly #told = new Map<number, number>();

  /** Whether it is time to tell it again, which then counts as told. */
  isDue(room: number, now: number): boolean {
    const told = this.#told.get(room);
    // A clock that was set back tells nothing.
    const isRecent = told !== undefined && now >= told &&
      now - told < TYPING_MS;
    if (!isRecent) this.#told.set(room, now);
    return !isRecent;
  }

  forget(room: number): void {
    this.#told.delete(room);
  }
}
