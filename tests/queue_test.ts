import { Queue } from "../lib/queue.ts";
import { assertEquals, assertRejects } from "./support/assert.ts";

Deno.test("Queue yields everything in order, then ends", async () => {
  const queue = new Queue<number>(2);
  const seen: number[] = [];
  const reading = (async (): Promise<void> => {
    for await (const item of queue) seen.push(item);
  })();
  for (let i = 0; i < 5; i++) {
    await queue.room();
    queue.push(i);
  }
  queue.end();
  queue.push(99);
  await reading;
  assertEquals(seen, [0, 1, 2, 3, 4]);
});

Deno.test("Queue.room() waits at the capacity until something is taken", async () => {
  const queue = new Queue<string>(1);
  queue.push("first");
  let free = false;
  const waiting = queue.room().then(() => free = true);
  await Promise.resolve();
  assertEquals(free, false);
  const items = queue[Symbol.asyncIterator]();
  assertEquals((await items.next()).value, "first");
  await waiting;
  assertEquals(queue.length, 0);
});

Deno.test("Queue.end() delivers what is queued before it throws", async () => {
  const queue = new Queue<string>(5);
  queue.push("last words");
  queue.end(new Error("over"));
  const items = queue[Symbol.asyncIterator]();
  assertEquals((await items.next()).value, "last words");
  await assertRejects(() => items.next(), Error, "over");
});

Deno.test("Queue ends when its reader leaves early, and holds nobody up", async () => {
  const queue = new Queue<string>(1);
  queue.push("one");
  for await (const _ of queue) break;
  queue.push("two");
  await queue.room();
  assertEquals(queue.length, 0);
});

Deno.test("Queue.release() makes nobody wait any more, and delivers everything", async () => {
  const queue = new Queue<number>(1);
  queue.push(1);
  const waiting = queue.room();
  queue.release();
  await waiting;
  queue.push(2);
  await queue.room();
  queue.end();
  const seen: number[] = [];
  for await (const item of queue) seen.push(item);
  assertEquals(seen, [1, 2]);
});
