import type { Line } from "../style.ts";

/** Lines that may wait; see {@linkcode LineQueue.full}. */
const MAX_LINES = 2_000;
/** Their text, in UTF-16 units: a line may be as long as a message. */
const MAX_CHARACTERS = 1_000_000;
/** Taken at a time: laying out so much takes less than a blink. */
const MAX_TAKEN_LINES = 200;
const MAX_TAKEN_CHARACTERS = 20_000;

/** Lines that wait to be painted, oldest first. */
export class LineQueue {
  #lines: Line[] = [];
  #characters = 0;

  /** Whether nothing is left to take. */
  get empty(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether whoever can wait should, before it pushes more. */
  get full(): boolean {
    return this.#lines.length >= MAX_LINES ||
      this.#characters >= MAX_CHARACTERS;
  }

  push(lines: readonly Line[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += lengthOf(line);
    }
  }

  /** Drops all that wait. */
  clear(): void {
    this.#lines = [];
    this.#characters = 0;
  }

  /** Takes as many as are painted quickly, at least one if there is any. */
  take(): Line[] {
    let [count, characters] = [0, 0];
    for (const line of this.#lines) {
      const length = lengthOf(line);
      const enough = count >= MAX_TAKEN_LINES ||
        characters + length > MAX_TAKEN_CHARACTERS;
      if (enough && count > 0) break;
      count += 1;
      characters += length;
    }
    this.#characters -= characters;
    return this.#lines.splice(0, count);
  }
}

function lengthOf({ spans }: Line): number {
  return spans.reduce((sum, { text }) => sum + text.length, 0);
}
