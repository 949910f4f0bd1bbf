/**
 * The declaration of `symbol` in a source as `deno fmt` leaves it: a function,
 * a class, a constant, or a method, without its comment and its indentation.
 *
 * @throws {Error} when there is none, or more than one.
 */
export function excerpt(source: string, symbol: string): string {
  const lines = source.split("\n");
  const declaration = new RegExp(
    String
      .raw`^ *(?:export |static |async |function\*? |class |const )*${symbol}(?:[(<:]| =| \{| implements)`,
  );
  const found = lines.flatMap((line, at) =>
    declaration.test(line) && opens(line) ? [at] : []
  );
  const [start] = found;
  if (start === undefined || found.length > 1) {
    throw new Error(`Cannot quote ${symbol}: found ${found.length} times`);
  }
  const first = lines[start] ?? "";
  const indent = /^ */.exec(first)?.[0] ?? "";
  const end = first.endsWith(";")
    ? start
    : lines.findIndex((line, at) =>
      at > start && line.startsWith(`${indent}}`) && !/[{(]$/.test(line)
    );
  if (end < 0) throw new Error(`Cannot quote ${symbol}: it has no end`);
  return lines.slice(start, end + 1)
    .map((line) => `${line.slice(indent.length)}\n`).join("");
}

/** Whether a line begins a declaration, rather than calls or names something. */
function opens(line: string): boolean {
  return /[{(,<]$|;$|=$/.test(line) &&
    !/^ *(?:return|await|throw)\b/.test(line);
}
