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
    declaration.test(line) && declares(lines, at) ? [at] : []
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

/** Whether a declaration begins in this line, and not just a call. */
function declares(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  if (/^ *(?:export )?const /.test(line)) return true;
  if (!/[(<]$/.test(line)) return line.endsWith("{");
  const close = `${/^ */.exec(line)?.[0]})`; // of parameters, one a line
  const signature = lines.slice(at).find((each) => each.startsWith(close));
  return signature?.endsWith("{") === true;
}
