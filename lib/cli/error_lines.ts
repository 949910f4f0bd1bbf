import type { ChatError } from "../errors.ts";
import { toPlain } from "../ui/style.ts";
import { wrapLine } from "../ui/wrap.ts";
import { printable } from "./printable.ts";

/** The secret of an invitation, in a link that an error might quote. */
const INVITATION = /#invite=[\w-]*/g;

/**
 * An error as the command prints it: what happened, and what to do if there is
 * anything. It may quote
 * the command line or a file, neither of which is trusted, and never shows an
 * invitation's secret.
 *
 * @param columns Of the terminal it goes to; whole lines when left out.
 */
export function errorLines(
  { code, message, hint }: ChatError,
  columns: number | undefined,
): readonly string[] {
  const found = printable(message.replaceAll(INVITATION, "#invite=..."));
  const advice = hint === "" ? [] : [`hint: ${printable(hint)}`];
  return [`error: ${found} [${code}]`, ...advice]
    .flatMap((text) => columns === undefined ? [text] : wrap(text, columns));
}

function wrap(text: string, columns: number): string[] {
  return wrapLine({ spans: [{ text }], indent: 2 }, columns - 1)
    .map(({ spans }) => toPlain(spans));
}
