import type { Line } from "../../../lib/ui/style.ts";
import { LineQueue } from "../../../lib/ui/terminal/line_queue.ts";
import { assert, assertEquals } from "../../support/assert.ts";

function line(text: string): Line {
  return { spans: [{ text }], indent: 0 };
}

Deno.test("LineQueue.take() gives all lines in order, some at a time", () => {
  const queue = new LineQueue();
  const lines = Array.from({ length: 450 }, (_, i) => line(String(i)));
  queue.push(lines);
  const taken = [queue.take(), queue.take(), queue.take()];
  assertEquals(taken.map(({ length }) => length), [200, 200, 50]);
  assertEquals(taken.flat(), lines);
  assert(queue.empty);
  assertEquals(queue.take(), []);
});

Deno.test("LineQueue.take() gives few long lines, but always one", () => {
  const queue = new LineQueue();
  queue.push([
    line("x".repeat(30_000)),
    ...Array(4).fill(line("x".repeat(9_000))),
  ]);
  const lengths = [queue.take(), queue.take(), queue.take()];
  assertEquals(lengths.map(({ length }) => length), [1, 2, 2]);
});

Deno.test("LineQueue.full tells when many or long lines wait", () => {
  const many = new LineQueue();
  many.push(Array(1_999).fill(line("x")));
  assert(!many.full);
  many.push([line("x")]);
  assert(many.full);
  many.take();
  assert(!many.full);

  const long = new LineQueue();
  long.push(Array(61).fill(line("x".repeat(16_384))));
  assert(!long.full);
  long.push([line("x".repeat(16_384))]);
  assert(long.full);
  long.take();
  assert(!long.full);
});

Deno.test("LineQueue.clear() drops all that waits", () => {
  const queue = new LineQueue();
  queue.push(Array(2_000).fill(line("x".repeat(1_000))));
  queue.clear();
  assert(queue.empty && !queue.full);
  assertEquals(queue.take(), []);
});
