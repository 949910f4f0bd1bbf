import { raw } from "./database.ts";

/** Makes the file of `versions/NAME.sql`, as that version has left it. */
export function makeVersion(name: string, path: string): void {
  const url = new URL(`../versions/${name}.sql`, import.meta.url);
  using db = raw(path);
  db.exec(Deno.readTextFileSync(url));
}

/** The tables and all else that a file holds, but for white space. */
export function schemaOf(path: string): unknown {
  using db = raw(path);
  const rows = db.prepare("SELECT type, name, sql FROM sqlite_schema").all();
  return rows
    .map(({ type, name, sql }) => [type, name, squeeze(String(sql))])
    .sort();
}

function squeeze(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").replaceAll(/ (?=\))|(?<=\() /g, "");
}
