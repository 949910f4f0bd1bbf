import { type Row, widthOf } from "./block.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Span } from "./style.ts";
import { truncate } from "./width.ts";

/** A room that has something new. */
export interface Unread {
  readonly label: string;
  readonly count: number;
  /** Whether it speaks to us. */
  readonly urgent: boolean;
}

/** What the line under the text being written tells. */
export interface Status {
  /** How the current room is called. */
  readonly room: string;
  /** People in it, or null while that is not known. */
  readonly people: number | null;
  /** Whether there may be more people than that. */
  readonly uncounted?: boolean;
  /** What the connection does if it is lost, or empty. */
  readonly connection?: string;
  /** Messages of ours that are not sent yet. */
  readonly waiting?: number;
  /** Messages of ours that were refused. */
  readonly failed?: number;
  /** Who is typing, or empty. */
  readonly typing?: string;
  /** What became of our newest message, or empty. */
  readonly receipt?: string;
  readonly unread?: readonly Unread[];
  /** What we wait for, or empty. */
  readonly busy?: string;
  /** Our name and mark. */
  readonly self: Row;
  /** The server's name, text of a peer. */
  readonly server: string;
}

/** Columns a server's name has at least, or it is left out. */
const MIN_SERVER = 4;
/** Rooms with something new that are named; the others are counted. */
const MAX_NAMED = 4;

/** Puts as much of `status` into `columns` as fits, the most telling first. */
export function statusRow(status: Status, columns: number): Row {
  const parts = partsOf(status);
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

function partsOf(status: Status): Row[] {
  const { waiting = 0, failed = 0, people, unread = [] } = status;
  const alarms = [
    status.connection ?? "",
    failed > 0 ? `${failed} not sent, /outbox` : "",
  ].filter((text) => text !== "").map((text) => [{ alarm: true, text }]);
  const remarks = [
    waiting > 0 ? `${waiting} waiting` : "",
    status.busy ?? "",
    status.room,
    status.typing ?? "",
    status.receipt ?? "",
  ].filter((text) => text !== "").map((text) => [dim(text)]);
  return [
    ...alarms,
    ...remarks,
    ...unread.length > 0 ? [unreadPart(unread)] : [],
    ...people === null ? [] : [[dim(counted(people, status.uncounted))]],
    status.self,
  ];
}

/** Rooms with something new; what speaks to us stands out. */
function unreadPart(unread: readonly Unread[]): Row {
  const urgentFirst = unread.toSorted((a, b) => (
    Number(b.urgent) - Number(a.urgent)
  ));
  const named = urgentFirst.slice(0, MAX_NAMED);
  const more = unread.length - named.length;
  return [
    ...named.flatMap(({ label, count, urgent }, index) => [
      ...index === 0 ? [] : [dim(" ")],
      urgent ? { bold: true, text: label } : dim(label),
      dim(` ${Math.min(count, 999)}`),
    ]),
    ...more > 0 ? [dim(` and ${more} more`)] : [],
  ];
}

function counted(people: number, uncounted = false): string {
  const count = `${people}${uncounted ? "+" : ""}`;
  return count === "1" ? "1 person" : `${count} people`;
}

function joined(parts: readonly Row[]): Row {
  return parts.flatMap((part, index) => (
    index === 0 ? part : [dim(" · "), ...part]
  ));
}

function dim(text: string): Span {
  return { dim: true, text };
}
