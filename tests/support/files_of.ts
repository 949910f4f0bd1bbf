import type { Bytes } from "../../lib/bytes.ts";

/** All files below a folder, each whole. */
export function* filesOf(folder: string): Generator<Bytes> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesOf(path);
    else yield Deno.readFileSync(path);
  }
}
