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
 * long row of them, each doubling is told, and how many they were when it ends; of
 * what has come to be unreadable while we were away, the first and how many.
 */
export class Flood {
  #entry = 0;
  /** Before and after that entry. */
  #before = NONE;
  #row = NONE;

  /**
   * What is to be shown of an entry, the same however often it is asked.
   *
   * @param isPast Whether it is of what there was when we came.
   */
  take(
    entry: number,
    lines: readonly KeptLine[],
    { isPast = false }: { readonly isPast?: boolean } = {},
  ): readonly KeptLine[] {
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
    const isMany = next > MAX_UNREAD;
    const isEach = next === 1 ||
      (!isMany && !(isPast && lines.every(isOfAnother)));
    const isTold = isEach || (isMany && Number.isInteger(Math.log2(next)));
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
    text: count > MAX_UNREAD
      ? `nor could the ${count} entries up to here: somebody fills the room with what says nothing`
      : `nor could the ${count} entries up to here`,
  };
  return { kind: "sealed", room, entry, at, change };
}

/** Reasons of what was there before our keys, or was read, or is another log. */
const OF_ANOTHER: readonly string[] = [
  ...["too_old", "replayed", "own_unknown", "before_us"],
];

/** Whether it comes in numbers when a log changes, or is shown once more. */
function isOfAnother(line: KeptLine): boolean {
  return line.kind === "sealed" && line.change.kind === "unreadable" &&
    OF_ANOTHER.includes(line.change.reason);
}

/** Whether the server may have made it up. */
function isUnread(line: KeptLine): boolean {
  if (line.kind !== "sealed") return false;
  const { kind } = line.change;
  return kind === "unreadable" || kind === "unsealed" || kind === "restarted";
}
