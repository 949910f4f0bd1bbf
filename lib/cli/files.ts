import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { fileReason } from "../store/file_reason.ts";

/** A small file and who may touch it. */
export interface SmallFile {
  readonly bytes: Bytes;
  /** Permission bits, or `undefined` where the system has none. */
  readonly mode: number | undefined;
  /** Who owns it, or `undefined` where the system does not number users. */
  readonly uid: number | undefined;
}

/**
 * Reads a regular file of at most `maxBytes`, following symbolic links.
 *
 * @returns The file, or `undefined` when there is none.
 * @throws {ChatError} `CHAT_FILE` when it is larger, is not a regular file or
 * cannot be read.
 */
export async function readSmallFile(
  path: string,
  maxBytes: number,
): Promise<SmallFile | undefined> {
  try {
    // Ask before opening: to open a pipe would wait for its other end.
    if (!(await Deno.stat(path)).isFile) throw notRegular(path);
    using file = await Deno.open(path);
    const { isFile, mode, uid } = await file.stat(); // of what is open now
    if (!isFile) throw notRegular(path);
    const bytes = await readAtMost(file, maxBytes);
    if (bytes === undefined) {
      throw new ChatError(
        "CHAT_FILE",
        `Cannot read ${path}: it is larger than ${maxBytes} bytes`,
      );
    }
    return {
      bytes,
      mode: mode === null ? undefined : mode & 0o777,
      uid: uid ?? undefined,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw asFileError("read", path, error);
  }
}

/** Reads to the end; `undefined` when there is more than `maxBytes`. */
export async function readAtMost(
  source: { read(into: Uint8Array): Promise<number | null> },
  maxBytes: number,
): Promise<Bytes | undefined> {
  const parts: Bytes[] = [];
  for (let total = 0; total <= maxBytes;) {
    const part = new Uint8Array(maxBytes + 1 - total);
    const length = await source.read(part);
    if (length === null) return concat(...parts);
    parts.push(part.subarray(0, length));
    total += length;
  }
  return undefined;
}

/**
 * Makes a file of mode 0600 appear at `path` whole or not at all, with its
 * folders. Of several processes that try, one wins.
 *
 * @returns Whether it was this one; `false` leaves what is there untouched.
 * @throws {ChatError} `CHAT_FILE`.
 */
export async function createPrivateFile(
  path: string,
  bytes: Bytes,
): Promise<boolean> {
  return await createPrivateFileOf(path, [bytes]);
}

/**
 * Like {@linkcode createPrivateFile}, of parts that need not fit into memory.
 *
 * @throws {ChatError} `CHAT_FILE`, and what making the parts throws.
 */
export async function createPrivateFileOf(
  path: string,
  parts: Iterable<Bytes>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  const content = { parts, ...options };
  return await withTemporary(path, content, async (temporary) => {
    try {
      await Deno.link(temporary, path); // unlike rename, never replaces
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
  });
}

/**
 * Replaces `path`, or what it links to, by a file of mode 0600: readers see the
 * old content or the new, never a part.
 *
 * @throws {ChatError} `CHAT_FILE`.
 */
export async function replacePrivateFile(
  path: string,
  bytes: Bytes,
): Promise<void> {
  const target = await realPath(path);
  await withTemporary(target, { parts: [bytes] }, async (temporary) => {
    await Deno.rename(temporary, target);
  });
}

/**
 * Brings moves in the folder of `path` to the disk, so that none that is made
 * later gets there first. Windows opens no folders, and needs no such thing.
 *
 * @throws {ChatError} `CHAT_FILE`.
 */
export async function syncFolderOf(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0)) || "/";
  try {
    using file = await Deno.open(folder);
    await file.sync();
  } catch (error) {
    throw asFileError("write", folder, error);
  }
}

/** The error for a file operation that failed; our own errors pass through. */
export function asFileError(
  verb: string,
  path: string,
  error: unknown,
): unknown {
  if (error instanceof ChatError || !(error instanceof Error)) return error;
  const reason = OWN_REASONS.find(([kind]) => error instanceof kind)?.[1] ??
    fileReason(error);
  if (reason === undefined) return error; // not of the file system: a bug
  return new ChatError("CHAT_FILE", `Cannot ${verb} ${path}: ${reason}`, {
    cause: error,
  });
}

/** Where a command that writes files knows better. */
const OWN_REASONS = [
  [Deno.errors.AlreadyExists, "something else is in the way"],
  [Deno.errors.FilesystemLoop, "its symbolic links lead in a circle"],
] as const;

/** What a file shall hold. */
interface Content {
  readonly parts: Iterable<Bytes>;
  readonly signal?: AbortSignal;
}

/** Writes `content` beside `path`, lets `use` move it there, and cleans up. */
async function withTemporary<T>(
  path: string,
  content: Content,
  use: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  await using cleanup = new AsyncDisposableStack();
  try {
    await makeFolderOf(path);
    cleanup.defer(() => removeIfThere(temporary));
    await writeNewFile(temporary, content);
    return await use(temporary);
  } catch (error) {
    throw asFileError("write", path, error);
  }
}

/** Makes the folder of `path`, for this user only, unless it exists. */
export async function makeFolderOf(path: string): Promise<void> {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (end <= 0) return;
  await Deno.mkdir(path.slice(0, end), { recursive: true, mode: 0o700 });
}

/** Writes through to the disk, so that a move never outruns the content. */
async function writeNewFile(
  path: string,
  { parts, signal }: Content,
): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  for (const part of parts) {
    signal?.throwIfAborted();
    for (let rest = part; rest.length > 0;) {
      rest = rest.subarray(await file.write(rest));
    }
  }
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw asFileError("write", path, error);
  }
}

function notRegular(path: string): ChatError {
  return new ChatError("CHAT_FILE", `Cannot read ${path}: it is not a file`);
}
