import type { Bytes } from "../../lib/bytes.ts";

/** Read at a time, at most. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** What x86 counts in. Where pages are larger, what is known to be there is missed. */
const PAGE_BYTES = 4096;

/** A piece of memory, and whether it follows on the one before. */
export interface MemoryChunk {
  readonly bytes: Bytes;
  readonly follows: boolean;
}

/**
 * All that a process has in memory and can have written there: heap, stacks,
 * buffers, what it shares. What of its program and libraries is mapped unwritable is
 * left out. The process stands still while it is read.
 */
export function* memoryOf(pid: number): Generator<MemoryChunk> {
  Deno.kill(pid, "SIGSTOP");
  try {
    using memory = Deno.openSync(`/proc/${pid}/mem`);
    using pages = Deno.openSync(`/proc/${pid}/pagemap`);
    for (const region of regions(pid)) {
      let end = 0;
      for (const { from, to } of present(region, pages)) {
        const bytes = new Uint8Array(to - from);
        const read = readAt(memory, from, bytes);
        yield { bytes: bytes.subarray(0, read), follows: from === end };
        end = from + read;
      }
    }
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
}

/** Addresses, from the first to before the last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is mapped, readable, and not just part of an unwritable file. */
function regions(pid: number): readonly Range[] {
  const line = /^([0-9a-f]+)-([0-9a-f]+) r(.)..\S? [0-9a-f]+ \S+ (\d+)\s*(.*)$/;
  return Deno.readTextFileSync(`/proc/${pid}/maps`).split("\n")
    .flatMap((text) => {
      const [, from, to, write, inode, what] = line.exec(text) ?? [];
      if (from === undefined || to === undefined) return [];
      if (what === "[vvar]" || what === "[vsyscall]") return []; // the kernel's
      if (write !== "w" && inode !== "0") return [];
      return [{ from: parseInt(from, 16), to: parseInt(to, 16) }];
    });
}

/** What of a region was ever written or read; the rest are promises of zeros. */
function* present(region: Range, pages: Deno.FsFile): Generator<Range> {
  const count = (region.to - region.from) / PAGE_BYTES;
  const flags = new Uint8Array(8 * count);
  readAt(pages, region.from / PAGE_BYTES * 8, flags);
  let from: number | undefined;
  for (let page = 0; page <= count; page++) {
    const at = region.from + page * PAGE_BYTES;
    // In memory or swapped out (Documentation/admin-guide/mm/pagemap.rst).
    const isThere = page < count && (flags[8 * page + 7] ?? 0) >= 0x40;
    if (from !== undefined && (!isThere || at - from >= CHUNK_BYTES)) {
      yield { from, to: at };
      from = undefined;
    }
    if (isThere) from ??= at;
  }
}

/** How much of `bytes` could be filled. */
function readAt(file: Deno.FsFile, at: number, bytes: Bytes): number {
  file.seekSync(at, Deno.SeekMode.Start);
  let filled = 0;
  try {
    while (filled < bytes.length) {
      const count = file.readSync(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
  } catch {
    // The rest is not there: a guard, or a file that was cut short.
  }
  return filled;
}
