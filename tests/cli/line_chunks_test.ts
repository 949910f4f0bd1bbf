import { lineChunks, writeLines } from "../../lib/cli/line_chunks.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

/** Lines of 1 KiB, and how many of them were asked for. */
function manyLines(): Iterable<string> & { made: number } {
  return {
    made: 0,
    *[Symbol.iterator](): Generator<string> {
      for (; this.made < 10_000; this.made++) yield "x".repeat(1023);
    },
  };
}

const never = new AbortController().signal;

Deno.test("lineChunks() keeps every line, in pieces of about 64 KiB", () => {
  const chunks = [...lineChunks(["é", "", "x".repeat(70_000), "end"])];
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk));
  assertEquals(text, [`é\n\n${"x".repeat(70_000)}\n`, "end\n"]);
  assertEquals([...lineChunks([])], []);
});

Deno.test("writeLines() writes all of every piece, however little is taken", async () => {
  let text = "";
  await writeLines(
    (bytes) => {
      text += new TextDecoder().decode(bytes.subarray(0, 3));
      return Promise.resolve(Math.min(3, bytes.length));
    },
    ["one", "two", "three"],
    never,
  );
  assertEquals(text, "one\ntwo\nthree\n");
});

Deno.test("writeLines() makes no more lines when the reader has left", async () => {
  const lines = manyLines();
  const gone = (): Promise<number> =>
    Promise.reject(new Deno.errors.BrokenPipe());
  await writeLines(gone, lines, never);
  assert(lines.made < 100, String(lines.made));
});

Deno.test("writeLines() rejects when the disk is full", async () => {
  const full = (): Promise<number> => Promise.reject(new Error("ENOSPC"));
  await assertRejects(() => writeLines(full, ["x"], never), Error, "ENOSPC");
});

Deno.test("writeLines() stops when it is told to", async () => {
  const lines = manyLines();
  const stop = new AbortController();
  const write = (bytes: Uint8Array): Promise<number> => {
    stop.abort(new Error("asked to end"));
    return Promise.resolve(bytes.length);
  };
  await assertRejects(
    () => writeLines(write, lines, stop.signal),
    Error,
    "asked to end",
  );
  assert(lines.made < 200, String(lines.made));
});
