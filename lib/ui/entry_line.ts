import { equalBytes } from "../bytes.ts";
import type { Author, Entry, LeaveReason } from "../protocol/entry.ts";
import { authorSpans } from "./author_spans.ts";
import type { Marks } from "./marks.ts";
import { mentionSpans } from "./mention.ts";
import { sanitizeText } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";

/** Columns before the first name: `HH:MM` and a space. */
export const MARGIN = 6;

/** What an entry is shown with. */
export interface EntryContext {
  readonly self: Author;
  readonly marks: Marks;
  /** How a moment is written before an entry. */
  readonly stamp: (at: number) => string;
  /** Where a text speaks of ourselves. */
  readonly mention: RegExp;
  /** Lines of one message shown at most; the rest is counted, not shown. */
  readonly maxLines: number;
}

const LEFT: Record<LeaveReason, string> = {
  quit: "left",
  cut: "left: the connection was cut",
  kicked: "was removed by the operator",
  removed: "left: no longer authorized",
  idle: "left: did not answer any more",
  too_slow: "left: the connection was too slow",
  flooding: "left: sent too much",
  error: "left: broke the protocol",
};

/** The lines an entry is shown as; only ours begin at the first column. */
export function entryLines(entry: Entry, context: EntryContext): Line[] {
  const own = isOwn(entry, context);
  const time = { dim: true, text: context.stamp(entry.at) };
  const who = (style: { bold?: boolean; dim?: boolean }): Span[] => (
    authorSpans(entry, context.marks, style)
  );
  const [space, bold] = [{ text: " " }, own ? { bold: true } : {}];
  switch (entry.kind) {
    case "said":
      return withText(entry.text, context, {
        own,
        start: [time, space, ...who(bold), { text: ": " }],
      });
    case "did":
      return withText(entry.text, context, {
        own,
        start: [time, space, { text: "* " }, ...who(bold), space],
      });
    case "joined":
      return [line([
        time,
        { dim: true, text: " → " },
        ...who({ dim: true }),
        { dim: true, text: " joined" },
      ])];
    case "left":
      return [line([
        time,
        { dim: true, text: " ← " },
        ...who({ dim: true }),
        { dim: true, text: ` ${LEFT[entry.why]}` },
      ])];
  }
}

/**
 * A remark that is nobody's message, set apart from those that are.
 *
 * @param options `maxLines` is the number of lines shown at most.
 */
export function remarkLines(
  text: string,
  options: { readonly alarm?: boolean; readonly maxLines?: number } = {},
): Line[] {
  const look = options.alarm ? { alarm: true } : { dim: true };
  const parts = sanitizeText(text).trim().split("\n");
  const lines = parts.slice(0, options.maxLines).map((part, index) => (
    line([{ ...look, text: (index === 0 ? "   -- " : "      ") + part }])
  ));
  return [...lines, ...leftOut(parts.length - lines.length)];
}

/** The line between entries of different days. */
export function dayLine(day: string): Line {
  return { spans: [{ dim: true, text: `── ${day} ──` }], indent: 3 };
}

function withText(
  text: string,
  context: EntryContext,
  { start, own }: { start: readonly Span[]; own: boolean },
): Line[] {
  const margin = { text: " ".repeat(MARGIN) };
  const parts = sanitizeText(text).trimEnd().split("\n");
  const lines = parts.slice(0, context.maxLines).map((part, index) => {
    const said = own ? [{ text: part }] : mentionSpans(part, context.mention);
    return line([...index === 0 ? start : [margin], ...said]);
  });
  return [...lines, ...leftOut(parts.length - lines.length)];
}

/** Tells how many lines were left out, if any. */
function leftOut(count: number): Line[] {
  if (count === 0) return [];
  const margin = { text: " ".repeat(MARGIN) };
  return [line([margin, { dim: true, text: `… and ${count} more lines` }])];
}

function line(spans: readonly Span[]): Line {
  return { spans, indent: MARGIN };
}

function isOwn(entry: Entry, { self }: EntryContext): boolean {
  return equalBytes(entry.fingerprint, self.fingerprint);
}
