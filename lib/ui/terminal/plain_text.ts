import { type Line, toPlain } from "../style.ts";
import { wrapLine } from "../wrap.ts";

/**
 * Lines without styles. A pipe gets them whole; a terminal of `columns` must not
 * wrap them to where ours begin.
 */
export function plainText(
  lines: readonly Line[],
  columns: number | undefined,
): string {
  const rows = columns === undefined
    ? lines
    : lines.flatMap((line) => wrapLine(line, columns - 1)); // some wrap early
  return rows.map(({ spans }) => toPlain(spans)).join("\n");
}
