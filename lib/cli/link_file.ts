import { fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_LINK_LENGTH } from "../identity/target.ts";
import { asFileError, readAtMost } from "./files.ts";
import { foreignOwner } from "./ownership.ts";

/** Bytes of its line end. */
const LINE_END_BYTES = 2;

/**
 * Reads a link for a script: the first and only line of a file that nobody else
 * may read, or of a pipe (`--link-file <(pass show plans)`, `/dev/fd/3`).
 *
 * @throws {ChatError} `CHAT_FILE`; no error quotes what is in it.
 */
export async function readLinkFile(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const { isFile, mode, uid } = await file.stat();
    if (isFile) checkPrivate(path, { mode, uid });
    const bytes = await readAtMost(file, MAX_LINK_LENGTH + LINE_END_BYTES);
    const text = bytes && fromUtf8(bytes).replace(/\r?\n$/, "").trim();
    if (text === undefined || text === "" || /\s/.test(text)) {
      throw refused(path, "it does not hold a link in a single line");
    }
    return text;
  } catch (error) {
    if (error instanceof TypeError) throw refused(path, "it is not UTF-8");
    throw asFileError("read", path, error);
  }
}

/** The link may hold the key of a room: it is kept as one keeps keys. */
function checkPrivate(
  path: string,
  { mode, uid }: { readonly mode: number | null; readonly uid: number | null },
): void {
  const owner = foreignOwner({ uid: uid ?? undefined });
  if (owner !== undefined) {
    throw refused(path, `it belongs to another user (uid ${owner})`);
  }
  const bits = (mode ?? 0) & 0o777; // Windows has none
  if ((bits & 0o077) === 0) return;
  const octal = bits.toString(8).padStart(4, "0");
  const hint = `Run \`chmod 600\` on it: who reads the link can join the room`;
  throw refused(path, `other users may read it (mode ${octal})`, hint);
}

function refused(path: string, found: string, hint?: string): ChatError {
  return new ChatError("CHAT_FILE", `Cannot read ${path}: ${found}`, {
    ...hint === undefined ? {} : { hint },
  });
}
