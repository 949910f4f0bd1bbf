import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { openPrivate } from "./private_file.ts";
import { FileNote } from "./sealed_state_note.ts";
import { asFileError, DEVICE } from "./store_error.ts";

/** Largest file of one room, in bytes. */
export const MAX_SEALED_FILE_BYTES = 64 * 1024 * 1024;

/** Bytes before each record: its length, most significant first. */
const LENGTH_BYTES = 4;

/** What was kept, and what is known from beside it of how new it is. */
export interface KeptRecords {
  /** Whole records, in order; the last may be damaged by a power cut. */
  readonly records: readonly Bytes[];
  /** Highest counter that was noted; 0 when none was. */
  readonly notedCounter: number;
  /** Whether the file is the very one that was written then, not a copy. */
  readonly sameFile: boolean;
}

/**
 * The file in which a device keeps the sealed records of one room: this process's
 * alone until it is disposed of or the process ends, however it ends. What they
 * hold is not known here. Everything is synchronous: what returned is on the disk.
 *
 * Beside the file are `PATH.lock`, `PATH.new` while it is replaced, and
 * `PATH.note`, by which an older copy that was put back is noticed.
 */
export class SealedStateFile implements Disposable {
  readonly path: string;
  readonly #note: FileNote;
  #lock: Deno.FsFile | undefined;
  /** What was written by this process, open for more. */
  #file: Deno.FsFile | undefined;
  #bytes = 0;

  private constructor(path: string, lock: Deno.FsFile) {
    this.path = path;
    this.#lock = lock;
    this.#note = new FileNote(`${path}.note`);
  }

  /**
   * Takes a file, which need not be there; its folder is made with mode 0700.
   *
   * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has it,
   * `CHAT_DEVICE_FULL` or `CHAT_FILE` when it cannot be written.
   */
  static take(path: string): SealedStateFile {
    return attempt("open", path, () => {
      const folder = folderOf(path);
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      using resources = new DisposableStack();
      const lock = resources.use(openPrivate(`${path}.lock`));
      if (!lock.tryLockSync(true)) {
        throw new ChatError(
          "CHAT_DEVICE_IN_USE",
          `Cannot open ${path}: another process uses it`,
        );
      }
      const taken = new SealedStateFile(path, lock);
      resources.move();
      return taken;
    });
  }

  /**
   * Reads what was kept; `undefined` when there is no file. What a crash left of
   * a record is left out: it was never said to be kept.
   *
   * @throws {ChatError} `CHAT_DEVICE_DAMAGED` when the file is larger than
   * {@linkcode MAX_SEALED_FILE_BYTES}, `CHAT_FILE` when it cannot be read.
   */
  read(): KeptRecords | undefined {
    return attempt("read", this.path, () => {
      try {
        using file = Deno.openSync(this.path);
        const info = file.statSync();
        if (!info.isFile || info.size > MAX_SEALED_FILE_BYTES) {
          throw new ChatError(
            "CHAT_DEVICE_DAMAGED",
            `Cannot read ${this.path}: it is not what was written`,
          );
        }
        const bytes = new Uint8Array(info.size);
        const length = readAll(file, bytes);
        return {
          records: splitRecords(bytes.subarray(0, length)),
          ...this.#note.compare(info),
        };
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    });
  }

  /**
   * Replaces all that was kept: after a crash or a power cut the old content is
   * there or the new, never a part.
   *
   * @param counter Of the last record; noted beside it.
   * @throws {ChatError} `CHAT_DEVICE_FULL` or `CHAT_FILE`: the old content stays,
   * or the new is there already.
   */
  replace(records: readonly Bytes[], counter: number): void {
    attempt("write", this.path, () => {
      const bytes = concat(...records.map(framed));
      if (bytes.length > MAX_SEALED_FILE_BYTES) throw tooLarge(this.path);
      using resources = new DisposableStack();
      const temporary = `${this.path}.new`;
      removeIfThere(temporary); // of a crash; its mode may be any
      const file = resources.use(
        Deno.openSync(temporary, {
          write: true,
          createNew: true,
          mode: 0o600,
        }),
      );
      writeAll(file, bytes);
      file.syncSync();
      Deno.renameSync(temporary, this.path);
      syncFolder(folderOf(this.path));
      this.#file?.close();
      this.#file = file;
      this.#bytes = bytes.length;
      resources.move();
      this.#note.write(counter, file.statSync());
    });
  }

  /**
   * Adds a record to those that this process has replaced the file by. When it is
   * lazy, it is safe from a crash of this process, and from a power cut with the
   * next that is not.
   *
   * @param counter Of the record; noted beside it, unless it is lazy: a power cut
   * could keep the note and lose the record, which would look like an older copy.
   * @throws {ChatError} `CHAT_DEVICE_FULL` or `CHAT_FILE`: a part may have been
   * written, so {@linkcode SealedStateFile.replace} must come next.
   * @throws {TypeError} when nothing was replaced, or the last record failed.
   */
  append(record: Bytes, counter: number, { isLazy = false } = {}): void {
    const file = this.#file;
    if (file === undefined) {
      throw new TypeError("Cannot append a record: replace the file first");
    }
    attempt("write", this.path, () => {
      const bytes = framed(record);
      this.#file = undefined; // until all of it has arrived
      using resources = new DisposableStack();
      resources.use(file);
      if (this.#bytes + bytes.length > MAX_SEALED_FILE_BYTES) {
        throw tooLarge(this.path);
      }
      writeAll(file, bytes);
      if (!isLazy) file.syncDataSync();
      this.#bytes += bytes.length;
      this.#file = file;
      resources.move();
      if (!isLazy) this.#note.write(counter, file.statSync());
    });
  }

  /** Forgets the room: removes what was kept, and the note. */
  remove(): void {
    attempt("remove", this.path, () => {
      this.#file?.close();
      this.#file = undefined;
      for (const path of [this.path, `${this.path}.new`, this.#note.path]) {
        removeIfThere(path);
      }
      syncFolder(folderOf(this.path));
    });
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#lock?.close();
    this.#file = this.#lock = undefined;
  }
}

function attempt<T>(verb: string, path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw asFileError(error, { verb, path, subject: DEVICE });
  }
}

function tooLarge(path: string): ChatError {
  const message = `Cannot write ${path}: it would be too large`;
  return new ChatError("CHAT_DEVICE_FULL", message);
}

function framed(record: Bytes): Bytes {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, record.length);
  return concat(length, record);
}

/** Up to the first that is not whole; a length of 0 is what power cuts leave. */
function splitRecords(bytes: Bytes): readonly Bytes[] {
  const view = new DataView(bytes.buffer);
  const records: Bytes[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length;) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    if (end === at + LENGTH_BYTES || end > bytes.length) break;
    records.push(bytes.slice(at + LENGTH_BYTES, end));
    at = end;
  }
  return records;
}

function readAll(file: Deno.FsFile, into: Bytes): number {
  let length = 0;
  while (length < into.length) {
    const count = file.readSync(into.subarray(length));
    if (count === null) break;
    length += count;
  }
  return length;
}

function writeAll(file: Deno.FsFile, bytes: Bytes): void {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(file.writeSync(rest));
  }
}

/** Windows opens no folders, and needs no such thing. */
function syncFolder(folder: string): void {
  if (Deno.build.os === "windows") return;
  using file = Deno.openSync(folder);
  file.syncSync();
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end <= 0 ? "." : path.slice(0, end);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
