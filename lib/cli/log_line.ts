import type { Bytes } from "../bytes.ts";
import { isDate } from "../ui/clock_face.ts";
import { fingerprintText } from "../ui/marks.ts";
import { isMoment, LOG_EVENTS, type LogEvent } from "./log_event.ts";
import { printable } from "./printable.ts";

/**
 * One event as one line of JSON (RFC 8259) without the line feed: `time`,
 * `level`, `event`, then its fields. Characters a terminal would obey are
 * written as `\u{1b}`.
 *
 * @param at When, in milliseconds since the epoch.
 */
export function jsonLogLine(event: LogEvent, at: number): string {
  const { level, fields } = LOG_EVENTS[event.kind];
  const values = event as unknown as Readonly<Record<string, unknown>>;
  return JSON.stringify({
    time: moment(at),
    level,
    event: event.kind,
    ...Object.fromEntries(
      fields.map((field) => [field, valueOf(field, values[field])]),
    ),
  });
}

/**
 * One event as a line for people, or `undefined` where they would not want to be
 * told: who comes and goes is said in the room itself.
 */
export function textLogLine(event: LogEvent): string | undefined {
  switch (event.kind) {
    case "connection_failed": {
      const { address, code, message } = event;
      return `${printable(address)}: ${printable(message)} [${code}]`;
    }
    case "authorized_read":
      return `Read ${printable(event.path)} again: ${
        countKeys(event.keys)
      } may enter.`;
    case "authorized_line_skipped":
      return `line ${event.line}: ${printable(event.message)}`;
    case "authorized_refused":
      return `${printable(event.message)}; the keys read before stay in force.`;
    case "relayed": {
      const { group, seq, bytes, start } = event;
      return `Relayed ${bytes} sealed bytes (${group}, entry ${seq}): ${start}`;
    }
    case "store_full":
    case "store_failed":
      return `Messages are refused: ${printable(event.message)}`;
    case "store_recovered":
      return "Messages are taken again.";
    case "suppressed":
      return `(${event.count} more)`;
    default:
      return undefined;
  }
}

/** A number of keys in words. */
export function countKeys(keys: number): string {
  return keys === 1 ? "1 key" : `${keys} keys`;
}

function valueOf(field: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return fingerprintText(value as Bytes);
  if (typeof value === "string") return printable(value);
  return isMoment(field) && typeof value === "number" ? moment(value) : value;
}

function moment(at: number): string | null {
  return isDate(at) ? new Date(at).toISOString() : null;
}
