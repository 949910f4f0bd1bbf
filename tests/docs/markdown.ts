/** Reads the documentation as the tests need it. */
const docs = new URL("../../docs/", import.meta.url);

/** The text of a file in docs/. */
export function readDoc(name: string): string {
  return Deno.readTextFileSync(new URL(name, docs));
}

/**
 * What stands under the heading that begins with `title`, up to the next
 * heading of the same or a higher level.
 */
export function sectionOf(markdown: string, title: string): string {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) =>
    /^#+ /.test(line) && line.replace(/^#+ /, "").startsWith(title)
  );
  if (start < 0) throw new Error(`no section "${title}"`);
  const level = lines[start]?.indexOf(" ") ?? 0;
  const length = lines.slice(start + 1).findIndex((line) =>
    /^#+ /.test(line) && line.indexOf(" ") <= level
  );
  return lines.slice(start, length < 0 ? undefined : start + 1 + length)
    .join("\n");
}

/** The rows of every table in `markdown` whose header is `columns`. */
export function rowsOf(
  markdown: string,
  columns: readonly string[],
): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of markdown.split("\n")) {
    const cells = cellsOf(line);
    if (cells === undefined) inside = false;
    else if (inside) rows.push(cells);
    else inside = cells.join("|") === columns.join("|");
  }
  if (rows.length === 0) throw new Error(`no table "${columns.join(" | ")}"`);
  return rows.filter((cells) => !cells.every((cell) => /^-+:?$/.test(cell)));
}

/** The text inside backquotes, or the cell as it is. */
export function plain(cell: string | undefined): string {
  return (cell ?? "").replaceAll("`", "");
}

function cellsOf(line: string): string[] | undefined {
  if (!line.startsWith("|") || !line.endsWith("|")) return undefined;
  return line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim());
}
