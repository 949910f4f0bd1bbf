import { ChatError, type ErrorCode } from "../errors.ts";
import { fileReason } from "./file_reason.ts";

/** What a file is, to name it and the codes of its failures. */
export interface Subject {
  readonly name: string;
  readonly full: ErrorCode;
  readonly damaged: ErrorCode;
  readonly inUse: ErrorCode;
  readonly unknown: ErrorCode;
}

/** The history of a server. */
export const HISTORY: Subject = {
  name: "the history",
  full: "CHAT_STORE_FULL",
  damaged: "CHAT_STORE_DAMAGED",
  inUse: "CHAT_STORE_IN_USE",
  unknown: "CHAT_STORE_UNKNOWN",
};

/** What a device remembers of a server. */
export const DEVICE: Subject = {
  name: "what this device remembers",
  full: "CHAT_DEVICE_FULL",
  damaged: "CHAT_DEVICE_DAMAGED",
  inUse: "CHAT_DEVICE_IN_USE",
  unknown: "CHAT_DEVICE_UNKNOWN",
};

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const CODES: Readonly<
  Record<number, readonly [Exclude<keyof Subject, "name"> | "file", string]>
> = {
  5: ["inUse", "another program holds its file"],
  6: ["inUse", "another program holds its file"],
  8: ["file", "its file may not be written"],
  10: ["full", "the disk takes no more"],
  11: ["damaged", "its file is damaged"],
  13: ["full", "no space is left"],
  14: ["file", "its file cannot be opened"],
  23: ["file", "its file may not be opened"],
  26: ["damaged", "its file is no database"],
};

/** Failures of reading: SQLITE_IOERR_READ, _SHORT_READ, _DATA and _CORRUPTFS. */
const UNREADABLE: readonly number[] = [266, 522, 8202, 8458];

/**
 * The error to report for one that `node:sqlite` threw. What is not about the
 * file or the disk is a bug and stays as it is.
 */
export function asStoreError(error: unknown, subject = HISTORY): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const code = Number(error.errcode);
  const known = CODES[UNREADABLE.includes(code) ? 11 : code & 0xff];
  if (known === undefined) return error;
  const [kind, reason] = known;
  const chosen = kind === "file" ? "CHAT_FILE" : subject[kind];
  return new ChatError(chosen, `Cannot use ${subject.name}: ${reason}`, {
    cause: error,
  });
}

/** The error to report for one that a file operation of Deno threw. */
export function asFileError(
  error: unknown,
  { verb, path, subject = HISTORY }: {
    readonly verb: string;
    readonly path: string;
    readonly subject?: Subject;
  },
): unknown {
  if (error instanceof ChatError || !(error instanceof Error)) return error;
  const full = "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
  if (full) {
    const message = `Cannot ${verb} ${path}: no space is left`;
    return new ChatError(subject.full, message, { cause: error });
  }
  const reason = fileReason(error);
  if (reason === undefined) return error; // not of the file system: a bug
  return new ChatError("CHAT_FILE", `Cannot ${verb} ${path}: ${reason}`, {
    cause: error,
  });
}
