import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { CHUNK_BYTES } from "../../lib/room/chunk.ts";
import type { Cursor } from "../../lib/room/cursor.ts";
import type { Page } from "../../lib/room/history.ts";
import { LogTail } from "../../lib/room/log.ts";
import { TailSpace } from "../../lib/room/tail_space.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** A log whose kept entries are stored as well, and what was appended to it. */
class StoredLog {
  readonly kept: Uint8Array[] = [];
  /** Entries before this one are not stored any more. */
  firstSeq = 1;
  reads = 0;
  readonly tail: LogTail;
  readonly space: TailSpace;

  constructor(maxChunks = 4) {
    this.space = new TailSpace(maxChunks);
    const read = (after: number): Page => this.#read(after);
    this.tail = new LogTail({ seq: 0, read, space: this.space });
  }

  append(size: number): void {
    const entry = new Uint8Array(size).fill(this.kept.length % 251 + 1);
    this.kept.push(entry);
    this.tail.append(entry, true);
  }

  /** Entries from number `first` on, together. */
  from(first: number): Uint8Array {
    return concat(...this.kept.slice(first - 1));
  }

  #read(after: number): Page {
    this.reads += 1;
    const first = Math.max(after + 1, this.firstSeq);
    const parts: Uint8Array[] = [];
    for (const entry of this.kept.slice(first - 1)) {
      const bytes = parts.reduce((n, part) => n + part.length, 0);
      if (parts.length > 0 && bytes + entry.length > CHUNK_BYTES) break;
      parts.push(entry);
    }
    return { first, last: first + parts.length - 1, bytes: concat(...parts) };
  }
}

/** Reads a cursor to its end. */
function readAll(cursor: Cursor): Uint8Array {
  const parts: Uint8Array[] = [];
  while (cursor.pending > 0) {
    assert(cursor.pending <= CHUNK_BYTES, "a batch fits a record");
    parts.push(cursor.take().slice());
  }
  return concat(...parts);
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 30_000 }) },
  { weight: 2, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 1, arbitrary: fc.constantFrom("release", "rejoin") },
);

Deno.test("Cursor.take() yields every entry once and in order, however reading, appending and forgetting mix", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const log = new StoredLog(2);
      const cursors = new Map<string, Cursor>();
      const read = new Map<string, Uint8Array>();
      for (const name of ["a", "b", "c"]) {
        cursors.set(name, log.tail.cursor());
        read.set(name, new Uint8Array(0));
      }
      const see = (name: string): void => {
        const more = readAll(cursors.get(name) as Cursor);
        read.set(name, concat(read.get(name) as Uint8Array, more));
      };
      for (const each of actions) {
        if (typeof each === "number") log.append(each);
        else if (each === "release") log.tail.release();
        else if (each === "rejoin") { // as after a reconnect
          const { seq } = cursors.get("c") as Cursor;
          cursors.set("c", log.tail.cursor(seq));
        } else see(each);
      }
      for (const name of read.keys()) {
        see(name);
        assertEquals(read.get(name), log.from(1));
      }
      assert(log.space.size <= 2);
    }),
    { numRuns: 100 },
  );
});

Deno.test("Cursor.take() skips what is not kept when it reads from the history", () => {
  const log = new StoredLog(1);
  const slow = log.tail.cursor();
  const quick = log.tail.cursor();
  log.tail.append(Uint8Array.of(99), false);
  assertEquals(readAll(quick), Uint8Array.of(99));
  log.append(CHUNK_BYTES);
  log.append(CHUNK_BYTES);
  assertEquals(readAll(slow), log.from(1));
  assertEquals(log.reads, 1);
});

Deno.test("LogTail.cursor() starts behind what was said before, what is not kept included", () => {
  const log = new StoredLog();
  log.append(10);
  log.tail.append(Uint8Array.of(99), false);
  const cursor = log.tail.cursor();
  assertEquals(cursor.pending, 0);
  log.append(3);
  assertEquals(readAll(cursor), log.from(2));
});

Deno.test("LogTail.cursor() starts after any entry, in memory or not", () => {
  const log = new StoredLog(2);
  for (let i = 0; i < 12; i++) {
    log.append(20_000);
    log.tail.append(Uint8Array.of(99), false);
  }
  const count = (bytes: Uint8Array): number =>
    bytes.reduce((n, byte) => byte === 99 ? n + 1 : n, 0);
  for (let after = 0; after <= 12; after++) {
    const all = readAll(log.tail.cursor(after));
    const passing = count(all);
    const wanted = log.from(after + 1);
    assertEquals(all.length - passing, wanted.length, `after ${after}`);
    assertEquals(all.filter((byte) => byte !== 99), wanted);
  }
});

Deno.test("LogTail.append() takes an entry that fills a chunk alone", () => {
  const log = new StoredLog();
  const cursor = log.tail.cursor();
  log.append(1);
  log.append(CHUNK_BYTES);
  assertEquals(readAll(cursor), log.from(1));
});

Deno.test("Cursor tells once when what it should read is not kept any more", () => {
  const log = new StoredLog(1);
  let lost = 0;
  const cursor = log.tail.cursor(0, () => lost += 1);
  for (let i = 0; i < 3; i++) log.append(CHUNK_BYTES);
  log.firstSeq = 3;
  assertEquals([cursor.pending, cursor.pending, lost], [0, 0, 1]);
});

Deno.test("Cursor is not lost when it has read everything, however long ago", () => {
  const log = new StoredLog(1);
  const cursor = log.tail.cursor(0, () => assert(false, "lost"));
  log.append(CHUNK_BYTES);
  readAll(cursor);
  log.tail.release();
  log.firstSeq = 2;
  log.append(5);
  assertEquals(readAll(cursor), log.from(2));
});

Deno.test("Cursor.backlog counts what is in memory and not taken", () => {
  const log = new StoredLog(1);
  const cursor = log.tail.cursor();
  assertEquals(cursor.backlog, 0);
  log.append(10);
  log.append(10);
  assertEquals(cursor.backlog, 20);
  cursor.take();
  assertEquals(cursor.backlog, 0);
  log.append(CHUNK_BYTES);
  log.append(7);
  assertEquals(cursor.backlog, 7); // the rest is in the history only
});

Deno.test("TailSpace gives up the chunk that was begun first, of whichever tail", () => {
  const space = new TailSpace(2);
  const read = (after: number): Page => ({
    first: after + 1,
    last: after,
    bytes: new Uint8Array(0),
  });
  const [one, two] = [1, 2].map(() => new LogTail({ seq: 0, read, space }));
  one?.append(new Uint8Array(CHUNK_BYTES), true);
  two?.append(new Uint8Array(CHUNK_BYTES), true);
  assert(one?.find(0) !== undefined);
  two?.append(new Uint8Array(1), true);
  assertEquals(one?.find(0), undefined);
  assert(two?.find(0) !== undefined);
  assertEquals(space.size, 2);
  two?.release();
  assertEquals(space.size, 0);
});

Deno.test("LogTail keeps nothing that was given up, for a reader that stalls in it either", () => {
  const log = new StoredLog(2);
  const stalled = log.tail.cursor();
  const chunks = [log.tail.find(0)?.[0]];
  for (let i = 0; i < 5; i++) {
    log.append(CHUNK_BYTES);
    chunks.push(log.tail.find(log.tail.seq)?.[0]);
  }
  const sizes = chunks.map((chunk) => chunk?.from(0).length);
  assertEquals(sizes, [0, 0, 0, 0, CHUNK_BYTES, CHUNK_BYTES]);
  let reachable = 0;
  for (let at = chunks[0]; at !== undefined; at = at.next) reachable += 1;
  assertEquals(reachable, 2); // where it stalls, and one that is empty
  assertEquals(readAll(stalled), log.from(1));
});

Deno.test("LogTail gives up the bytes of its last chunk when other rooms need the space", () => {
  const space = new TailSpace(1);
  const read = (after: number): Page => ({
    ...{ first: after + 1, last: after + 1 },
    bytes: Uint8Array.of(7),
  });
  const quiet = new LogTail({ seq: 0, read, space });
  const cursor = quiet.cursor();
  quiet.append(new Uint8Array(1_000), true);
  const [chunk] = quiet.find(1) ?? [];
  new LogTail({ seq: 0, read, space }).append(Uint8Array.of(1), true);
  assertEquals(chunk?.from(0).length, 0);
  assertEquals([quiet.seq, cursor.take()], [1, Uint8Array.of(7)]);
});
