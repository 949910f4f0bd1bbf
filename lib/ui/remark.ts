import { sanitizeLine, sanitizeText } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";

/** Columns before the first name: `HH:MM` and a space. */
export const MARGIN = 6;

const MARGIN_SPACES = " ".repeat(MARGIN);
const REMARK = "   -- ";

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
  const lines = parts.slice(0, options.maxLines).map((part, index) => ({
    indent: MARGIN,
    spans: [{ ...look, text: (index === 0 ? REMARK : MARGIN_SPACES) + part }],
  }));
  return withLeftOut(lines, parts.length);
}

/** A remark of parts that look each their own way; texts must be safe. */
export function remarkLine(spans: readonly Span[]): Line {
  return { indent: MARGIN, spans: [{ dim: true, text: REMARK }, ...spans] };
}

/** A line that goes on with the remark above it. */
export function furtherLine(spans: readonly Span[]): Line {
  return { indent: MARGIN, spans: [{ text: MARGIN_SPACES }, ...spans] };
}

/** A line to hand out, which a shell takes as it is. */
export function linkLines(title: string, link: string): Line[] {
  return [
    remarkLine([{ dim: true, text: title }]),
    furtherLine([{ text: `chat connect '${link}'` }]),
  ];
}

/** What the server wrote for everybody who enters: its words, not ours. */
export function motdLines(text: string, server: string): Line[] {
  const words = sanitizeText(text).trim();
  if (words === "") return [];
  const name = sanitizeLine(server);
  const who = name === "" ? "The server" : name;
  return [
    remarkLine([{ dim: true, text: `${who} says to everybody:` }]),
    ...words.split("\n").map((part): Line => ({
      indent: MARGIN + 2,
      spans: [{ dim: true, text: `${MARGIN_SPACES}│ ` }, { text: part }],
    })),
  ];
}

/** What to do when a name that was verified has another key; it must be safe. */
export function changedLines(name: string): Line[] {
  return remarkLines(
    `The key under the name ${name} is not the one that you verified: ` +
      "somebody may pretend to be them, or they have a new one.\n" +
      `Compare anew, in person or by voice: /verify ${name}. If the name is ` +
      `another person's now, /verify ${name} forget. Until then, nothing is ` +
      "sealed for this key",
    { alarm: true },
  );
}

/** A line across, between what differs: days, rooms, past and present. */
export function dividerLine(
  text: string,
  options: Pick<Span, "bold"> = {},
): Line {
  return {
    indent: 3,
    spans: [
      { dim: true, text: "── " },
      { ...options.bold ? { bold: true } : { dim: true }, text },
      { dim: true, text: " ──" },
    ],
  };
}

/** `shown` and, if they are fewer than there are, how many are left out. */
export function withLeftOut(shown: readonly Line[], count: number): Line[] {
  const more = count - shown.length;
  if (more <= 0) return [...shown];
  return [
    ...shown,
    furtherLine([{ dim: true, text: `… and ${more} more lines` }]),
  ];
}
