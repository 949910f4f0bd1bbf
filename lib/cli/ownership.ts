import { ChatError } from "../errors.ts";
import type { SmallFile } from "./files.ts";

/** The administrator, who may change every file anyway. */
const ROOT = 0;

/**
 * Who owns a file, unless that is us or the administrator: the owner may change
 * it and its mode at any time, whatever the mode says now.
 *
 * @param us Our user; `null` where the system does not number users.
 */
export function foreignOwner(
  { uid }: Pick<SmallFile, "uid">,
  us: number | null = Deno.uid(),
): number | undefined {
  return us === null || uid === us || uid === ROOT ? undefined : uid;
}

/**
 * Refuses a file or folder that decides whom we trust when others may change it.
 *
 * @throws {ChatError} `CHAT_FILE`.
 */
export function assertOnlyWeChange(
  path: string,
  file: Pick<SmallFile, "mode" | "uid">,
): void {
  const owner = foreignOwner(file);
  if (owner !== undefined) {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot trust ${path}: it belongs to another user (uid ${owner}); look through it and run \`chown\` to make it yours`,
    );
  }
  if (((file.mode ?? 0) & 0o022) !== 0) {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot trust ${path}: other users may change it; look through it and run \`chmod go-w\` on it`,
    );
  }
}
