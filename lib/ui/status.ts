import { type Row, widthOf } from "./block.ts";
import { sanitizeLine } from "./sanitize.ts";
import { truncate } from "./width.ts";

/** What the line under the text being written tells. */
export interface Status {
  /** Our name and mark. */
  readonly self: Row;
  /** The server's name, text of a peer. */
  readonly server: string;
  readonly room: string;
  readonly people: number;
  /** Whether there may be more people than that. */
  readonly uncounted?: boolean;
  /** What we wait for, or empty. */
  readonly busy: string;
}

/** Columns a server's name has at least, or it is left out. */
const MIN_SERVER = 4;

/** Puts as much of `status` into `columns` as fits, the most telling first. */
export function statusRow(status: Status, columns: number): Row {
  const count = `${status.people}${status.uncounted ? "+" : ""}`;
  const people = count === "1" ? "1 person" : `${count} people`;
  const parts = [[dim(people)], [dim(status.room)], status.self];
  if (status.busy !== "") parts.unshift([dim(status.busy)]);
  const fitting = parts.findLastIndex((_, last) => (
    widthOf(joined(parts.slice(0, last + 1))) <= columns
  ));
  const kept = parts.slice(0, fitting + 1);
  if (kept.length < parts.length) return joined(kept);
  const left = columns - widthOf(joined([...kept, []]));
  const server = truncate(sanitizeLine(status.server), left);
  return joined(
    left < MIN_SERVER || server === "" ? kept : [...kept, [dim(server)]],
  );
}

function joined(parts: readonly Row[]): Row {
  return parts.flatMap((part, index) => (
    index === 0 ? part : [dim(" · "), ...part]
  ));
}

function dim(text: string): { readonly dim: true; readonly text: string } {
  return { dim: true, text };
}
