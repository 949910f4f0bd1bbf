import { type Row, widthOf } from "./block.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { KeysStatus } from "./sealed_phase.ts";
import type { Span } from "./style.ts";
import { textWidth, truncate } from "./width.ts";

/** A room that has something new. */
export interface Unread {
  readonly label: string;
  readonly count: number;
  /** Whether it speaks to us. */
  readonly urgent: boolean;
}

/** What the line under the text being written tells. */
export interface Status {
  /** Who can read the current room, in a word that is never left out. */
  readonly secrecy: "open" | "sealed";
  /** How the current room is called. */
  readonly room: string;
  /** How things stand with its keys, if it has any. */
  readonly keys?: KeysStatus;
  /** People in it, or null while that is not known. */
  readonly people: number | null;
  /** In a sealed room, who can read it, whether present or not. */
  readonly members?: number;
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
/** Columns a label has at least, or it is left out. */
const MIN_LABEL = 3;
/** Rooms with something new that are named; the others are counted. */
const MAX_NAMED = 4;

/**
 * Puts as much of `status` into `columns` as fits, the most telling first: before
 * all else, who can read what is written.
 */
export function statusRow(status: Status, columns: number): Row {
  const place = placePart(status, columns);
  const { short = "", long = "" } = status.keys ?? {};
  const [head, rest] = partsOf(status, long);
  const fits = widthOf(joined([place, ...head])) <= columns;
  const parts = [place, ...fits ? head : partsOf(status, short)[0], ...rest];
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

/**
 * How many people are in a room.
 *
 * @param members In a sealed one, how many can read it, present or not.
 * @param uncounted Whether there may be more.
 */
export function peopleText(
  people: number,
  members: number | undefined,
  uncounted = false,
): string {
  if (members !== undefined) {
    const all = members === 1 ? "1 member" : `${members} members`;
    return `${all}, ${people} here`;
  }
  const count = `${people}${uncounted ? "+" : ""}`;
  return count === "1" ? "1 person" : `${count} people`;
}

/** Who can read the room, and which it is; the word stays, the label is cut. */
function placePart({ secrecy, room }: Status, columns: number): Row {
  const left = columns - textWidth(secrecy) - 1;
  const label = left < MIN_LABEL ? "" : ` ${truncate(room, left)}`;
  return [{ bold: true, text: truncate(secrecy, columns) }, dim(label)];
}

/** What needs attention, with what is told of the keys; and the rest. */
function partsOf(
  status: Status,
  keys: string,
): readonly [readonly Row[], readonly Row[]] {
  const { waiting = 0, failed = 0, people, unread = [] } = status;
  const look = status.keys?.alarm ? { alarm: true } : { dim: true };
  const head = [
    { alarm: true, text: status.connection ?? "" },
    { alarm: true, text: failed > 0 ? `${failed} not sent, /outbox` : "" },
    { ...look, text: keys },
  ].filter(({ text }) => text !== "").map((span) => [span]);
  const remarks = [
    waiting > 0 ? `${waiting} waiting` : "",
    status.busy ?? "",
    status.typing ?? "",
    status.receipt ?? "",
  ].filter((text) => text !== "").map((text) => [dim(text)]);
  return [head, [
    ...remarks,
    ...unread.length > 0 ? [unreadPart(unread)] : [],
    ...people === null
      ? []
      : [[dim(peopleText(people, status.members, status.uncounted))]],
    status.self,
  ]];
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

function joined(parts: readonly Row[]): Row {
  return parts.flatMap((part, index) => (
    index === 0 ? part : [dim(" · "), ...part]
  ));
}

function dim(text: string): Span {
  return { dim: true, text };
}
