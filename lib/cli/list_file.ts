import { fromUtf8, utf8 } from "../bytes.ts";
import { ChatError, type ErrorCode } from "../errors.ts";
import { lockFile } from "./file_lock.ts";
import { readSmallFile, replacePrivateFile } from "./files.ts";
import { assertOnlyWeChange } from "./ownership.ts";

/** A list that is kept in a text file, such as the pins. */
export interface ListKind<T extends { format(): string }> {
  readonly maxBytes: number;
  parse(text: string): T;
  /** The code for a file that is not such a list. */
  readonly damaged: ErrorCode;
  /** What the list is of, in words. */
  readonly what: string;
}

/** How to wait for another process that changes the same file. */
export interface ListFileOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Bounds it; five seconds unless told otherwise. */
  readonly waitMs?: number;
}

/**
 * Reads a list; an empty one when there is no file yet.
 *
 * @throws {ChatError} `CHAT_FILE`, also when others may change the file; the code
 * of the kind when it is damaged.
 */
export async function readList<T extends { format(): string }>(
  path: string,
  kind: ListKind<T>,
): Promise<T> {
  const file = await readSmallFile(path, kind.maxBytes);
  if (file === undefined) return kind.parse("");
  assertOnlyWeChange(path, file);
  try {
    return kind.parse(fromUtf8(file.bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ChatError(
      kind.damaged,
      `Cannot read ${kind.what}: the file is not UTF-8`,
      { cause: error },
    );
  }
}

/**
 * Applies a change to a list. Processes that do so at the same time take turns, so
 * that no change is lost; readers need no lock.
 *
 * @returns What the file holds now and held before.
 * @throws {ChatError} As {@linkcode readList}, `CHAT_FILE` when another process
 * does not give way in time; whatever `change` throws; the reason of `signal`.
 */
export async function changeList<T extends { format(): string }>(
  path: string,
  kind: ListKind<T>,
  { change, ...options }: ListFileOptions & {
    readonly change: (list: T) => T | Promise<T>;
  },
): Promise<{ before: T; after: T }> {
  using _lock = await lockFile(`${path}.lock`, options);
  const before = await readList(path, kind);
  const after = await change(before);
  if (after !== before) await replacePrivateFile(path, utf8(after.format()));
  return { before, after };
}
