import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { CHUNK_BYTES, LogTail } from "../../lib/room/log.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** Reads a cursor to its end. */
function readAll(cursor: ReturnType<LogTail["cursor"]>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  while (cursor.pending > 0) parts.push(cursor.take().slice());
  return parts;
}

Deno.test("Cursor.take() yields every entry once and in order, however reading and appending mix", () => {
  const action = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30_000 }) }),
    fc.constant("read" as const),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const log = new LogTail();
      const cursor = log.cursor();
      const appended: Uint8Array[] = [];
      const read: Uint8Array[] = [];
      for (const each of actions) {
        if (each === "read") {
          read.push(...readAll(cursor));
        } else {
          const entry = new Uint8Array(each.append).fill(appended.length + 1);
          appended.push(entry);
          log.append(entry);
        }
      }
      read.push(...readAll(cursor));
      assertEquals(concat(...read), concat(...appended));
    }),
    { numRuns: 50 },
  );
});

Deno.test("LogTail.cursor() starts behind what was said before", () => {
  const log = new LogTail();
  log.append(new Uint8Array(10));
  const cursor = log.cursor();
  assertEquals(cursor.pending, 0);
  log.append(Uint8Array.of(7));
  assertEquals(cursor.take(), Uint8Array.of(7));
});

Deno.test("Cursor.take() never crosses a chunk, so that a batch fits a record", () => {
  const log = new LogTail();
  const cursor = log.cursor();
  for (let i = 0; i < 40; i++) log.append(new Uint8Array(5_000));
  for (const part of readAll(cursor)) assert(part.length <= CHUNK_BYTES);
});

Deno.test("LogTail.append() takes an entry that fills a chunk alone", () => {
  const log = new LogTail();
  const cursor = log.cursor();
  log.append(new Uint8Array(1));
  log.append(new Uint8Array(CHUNK_BYTES));
  assertEquals(readAll(cursor).map((part) => part.length), [1, CHUNK_BYTES]);
});

Deno.test("Cursor.lost says when what was not read is gone, and nothing is pending then", () => {
  const log = new LogTail(3);
  const [slow, quick] = [log.cursor(), log.cursor()];
  for (let i = 0; i < 3; i++) log.append(new Uint8Array(CHUNK_BYTES));
  readAll(quick);
  assertEquals(slow.lost, false);
  log.append(new Uint8Array(1));
  assertEquals(slow.lost, true);
  assertEquals(slow.pending, 0);
  assertEquals(quick.lost, false);
  assertEquals(quick.pending, 1);
});

Deno.test("Cursor.lost is false for a reader that has read everything, however long ago", () => {
  const log = new LogTail(2);
  const cursor = log.cursor();
  log.append(new Uint8Array(CHUNK_BYTES));
  readAll(cursor);
  log.append(new Uint8Array(CHUNK_BYTES));
  assertEquals(cursor.lost, false);
  assertEquals(cursor.pending, CHUNK_BYTES);
});
