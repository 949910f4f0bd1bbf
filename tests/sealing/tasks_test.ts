import { ChatError } from "../../lib/errors.ts";
import { Patience } from "../../lib/sealing/patience.ts";
import { Load, Tasks } from "../../lib/sealing/tasks.ts";
import { Wants } from "../../lib/sealing/wants.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle, VirtualClock } from "../support/virtual_clock.ts";

const FULL = new ChatError("CHAT_DEVICE_FULL", "Cannot keep: full");

class Stand {
  readonly clock = new VirtualClock();
  readonly load = new Load(2);
  readonly over = new AbortController();
  readonly failures: string[] = [];
  readonly tasks = new Tasks({
    ...{ clock: this.clock, random: () => 0, load: this.load },
    signal: this.over.signal,
    failed: ({ code }) => void this.failures.push(code),
  });
}

Deno.test("Load.room() makes wait from its bound on, until something is done", async () => {
  const { load, over } = new Stand();
  let isThere = false;
  load.add();
  await load.room(over.signal);
  load.add();
  const waiting = load.room(over.signal).then(() => void (isThere = true));
  await settle();
  assertEquals(isThere, false);
  load.remove();
  await waiting;
  load.add();
  over.abort();
  await load.room(over.signal);
});

Deno.test("Tasks does one thing after another, and counts what waits", async () => {
  const { tasks, load, over } = new Stand();
  const done: number[] = [];
  const gate = Promise.withResolvers<void>();
  tasks.push(async () => {
    await gate.promise;
    done.push(1);
  });
  tasks.push(() => void done.push(2));
  let isThere = false;
  void load.room(over.signal).then(() => void (isThere = true));
  await settle();
  assertEquals([done, isThere], [[], false]);
  gate.resolve();
  await tasks.idle();
  await settle();
  assertEquals([done, isThere], [[1, 2], true]);
});

Deno.test("Tasks tries again what fails, ever more slowly, and tells it once", async () => {
  const { clock, tasks, failures } = new Stand();
  const times: number[] = [];
  tasks.push(() => {
    times.push(clock.now());
    if (times.length < 5) throw FULL;
  });
  let isDone = false;
  tasks.push(() => void (isDone = true));
  await clock.pass(10_000);
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assertEquals(pauses, [200, 400, 800, 1_600]);
  assertEquals([failures, isDone], [["CHAT_DEVICE_FULL"], true]);
});

Deno.test("Tasks ends what waits when it is over, and counts it no more", async () => {
  const { clock, tasks, load, over } = new Stand();
  let tries = 0;
  let isDone = false;
  tasks.push(() => {
    tries += 1;
    throw FULL;
  });
  tasks.push(() => void (isDone = true));
  await settle();
  over.abort();
  await tasks.idle();
  await clock.pass(10_000);
  assertEquals([tries, isDone], [1, false]);
  await load.room(new AbortController().signal);
});

Deno.test("Patience.next() grows to its bounds and begins anew after a success", () => {
  const low = new Patience(() => 0);
  const high = new Patience(() => 0.999_999);
  const pauses = Array.from({ length: 14 }, () => low.next());
  assertEquals(pauses.slice(0, 3), [200, 400, 800]);
  assertEquals(pauses.at(-1), 300_000);
  assertEquals(low.tries, 14);
  assertEquals(high.next(), 400);
  assertEquals(high.next(60_000), 120_000);
  low.reset();
  assertEquals([low.tries, low.next()], [0, 200]);
});

Deno.test("Wants.until() waits for as many as may, and the oldest gives way", async () => {
  const wants = new Wants();
  let isDone = false;
  const first = assertRefusesLater(
    "CHAT_SEAL_BUSY",
    () => wants.until(() => isDone),
  );
  const others = Array.from({ length: 64 }, () => wants.until(() => isDone));
  await first;
  wants.look();
  isDone = true;
  wants.look();
  await Promise.all(others);
  const refused = assertRefusesLater(
    "CHAT_DEVICE_FULL",
    () => wants.until(() => false),
  );
  wants.rekey = true;
  wants.remove(new Uint8Array(32));
  wants.giveUp(FULL);
  await refused;
  assert(!wants.rekey && !wants.isRemoving);
});
