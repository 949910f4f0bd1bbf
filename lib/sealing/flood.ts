import type { SealedChange } from "../room/sealed_rooms.ts";
import type { KeptLine } from "./sealed_store.ts";

/** Entries in a row that cannot be read and are shown one by one. */
export const MAX_UNREAD = 64;

/** Entries in a row that cannot be read, and how many of them were told. */
interface Row {
  readonly count: number;
  readonly told: number;
}

const NONE: Row = { count: 0, told: 0 };

/**
 * Bounds what is shown and kept of entries that cannot be read: a server can make
 * as many of them as it likes, and they would take the place of what was said. Of a
 * long row of them, each doubling is told, and how many they were when it ends.
 */
export class Flood {
  #entry = 0;
  /** Before and after that entry. */
  #before = NONE;
  #row = NONE;

  /** What is to be shown of an entry, the same however often it is asked. */
  take(entry: number, lines: readonly KeptLine[]): readonly KeptLine[] {
    if (entry !== this.#entry) this.#before = this.#row;
    this.#entry = entry;
    const { count, told } = this.#row = this.#before;
    const [first] = lines;
    if (first === undefined) return lines;
    if (!lines.every(isUnread)) {
      this.#row = NONE;
      return count > told ? [summary(first, count), ...lines] : lines;
    }
    const next = count + 1;
    const isEach = next <= MAX_UNREAD;
    const isTold = isEach || Number.isInteger(Math.log2(next));
    this.#row = { count: next, told: isTold ? next : told };
    if (isEach) return lines;
    return isTold ? [summary(first, next)] : [];
  }
}

function summary(line: KeptLine, count: number): KeptLine {
  const { room, at } = line;
  const entry = line.kind === "sealed" ? line.entry : line.seq;
  const change: SealedChange = {
    kind: "unreadable",
    what: "message",
    reason: "flood",
    text:
      `nor could the ${count} entries up to here: somebody fills the room with what says nothing`,
  };
  return { kind: "sealed", room, entry, at, change };
}

/** Whether the server may have made it up. */
function isUnread(line: KeptLine): boolean {
  if (line.kind !== "sealed") return false;
  const { kind } = line.change;
  return kind === "unreadable" || kind === "unsealed" || kind === "restarted";
}
