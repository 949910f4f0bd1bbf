import { ChatError, type ErrorCode } from "../errors.ts";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const CODES: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  5: ["CHAT_STORE_IN_USE", "another program holds its file"],
  6: ["CHAT_STORE_IN_USE", "another program holds its file"],
  8: ["CHAT_FILE", "its file may not be written"],
  10: ["CHAT_STORE_FULL", "the disk takes no more"],
  11: ["CHAT_STORE_DAMAGED", "its file is damaged"],
  13: ["CHAT_STORE_FULL", "no space is left"],
  14: ["CHAT_FILE", "its file cannot be opened"],
  23: ["CHAT_FILE", "its file may not be opened"],
  26: ["CHAT_STORE_DAMAGED", "its file is no database"],
};

/** Failures of reading: SQLITE_IOERR_READ, _SHORT_READ, _DATA and _CORRUPTFS. */
const UNREADABLE: readonly number[] = [266, 522, 8202, 8458];

/**
 * The error to report for one that `node:sqlite` threw. What is not about the
 * file or the disk is a bug and stays as it is.
 */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const code = Number(error.errcode);
  const known = CODES[UNREADABLE.includes(code) ? 11 : code & 0xff];
  if (known === undefined) return error;
  return new ChatError(known[0], `Cannot use the history: ${known[1]}`, {
    cause: error,
  });
}

/** The error to report for one that a file operation of Deno threw. */
export function asFileError(
  verb: string,
  path: string,
  error: unknown,
): unknown {
  if (error instanceof ChatError || !(error instanceof Error)) return error;
  const full = "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
  if (full) {
    const message = `Cannot ${verb} ${path}: no space is left`;
    return new ChatError("CHAT_STORE_FULL", message, { cause: error });
  }
  const reason = REASONS.find(([kind]) => error instanceof kind)?.[1] ??
    ("code" in error ? String(error.code) : undefined);
  if (reason === undefined) return error; // not of the file system: a bug
  return new ChatError("CHAT_FILE", `Cannot ${verb} ${path}: ${reason}`, {
    cause: error,
  });
}

const REASONS = [
  [Deno.errors.NotFound, "it does not exist"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.NotCapable, "chat was started without the permission"],
  [Deno.errors.AlreadyExists, "it exists already"],
  [Deno.errors.NotADirectory, "a part of the path is not a folder"],
  [Deno.errors.IsADirectory, "it is a folder"],
] as const;
