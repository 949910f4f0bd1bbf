import fc from "fast-check";
import {
  MAX_BATCH_BYTES,
  MAX_IN_FLIGHT,
  MAX_QUEUED_BYTES,
  MAX_SENT_PAYLOAD_BYTES,
} from "../../lib/channel/pump.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { frameOf } from "../../tools/vectors/frames.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { Inbox } from "../../lib/channel/inbox.ts";
import { message, pumpHarness, TestSource, turn } from "./pump_harness.ts";
import { spyTrafficKey } from "./spy_key.ts";

/** Size of a message that fills a record nearly alone. */
const LARGE = 65_000;
const CLOSE = encodeMessage(MESSAGE_TYPES.close, new Uint8Array(0));
const BYTES = 2 ** 40;

Deno.test("Pump.wake() writes at once when nothing is on its way", () => {
  const { pump, duplex, said } = pumpHarness();
  pump.push(message("a"));
  assertEquals(duplex.writing, 0);
  pump.wake();
  assertEquals(duplex.writing, 1); // not a turn of the event loop later
  assertEquals(said(), [["a"]]);
  assertEquals([pump.inFlight, pump.written], [1, 0]);
});

Deno.test("Pump.wake() gathers messages into one record while another is on its way", async () => {
  const { pump, said, release } = pumpHarness();
  for (const text of ["a", "b", "c", "d"]) {
    pump.push(message(text));
    pump.wake();
  }
  assertEquals(said(), [["a"]]);
  await release();
  assertEquals(said(), [["a"], ["b", "c", "d"]]);
  assertEquals([pump.inFlight, pump.written], [1, 1]);
  await release();
  assertEquals([pump.inFlight, pump.written], [0, 2]);
});

Deno.test("Pump.wake() seals a full batch while another record is on its way", () => {
  const { pump, said } = pumpHarness();
  pump.push(message("a"));
  pump.wake();
  pump.push(message("b", 32_768 - 3 - 4)); // and 3 bytes of header
  pump.wake();
  assertEquals(said(), [["a"]]);
  pump.push(message("c"));
  pump.wake();
  assertEquals(said(), [["a"], ["b", "c"]]);
});

Deno.test("Pump has at most 8 records on their way and one write at a time", async () => {
  const { pump, duplex, sealed, release } = pumpHarness();
  const source = new TestSource();
  for (let i = 0; i < 30; i++) source.offer(message(`${i}`, LARGE));
  pump.attach(source);
  assertEquals([pump.inFlight, MAX_IN_FLIGHT], [8, 8]);
  for (let written = 1; written <= 30; written++) {
    await release();
    assert(pump.inFlight <= MAX_IN_FLIGHT);
    assertEquals(pump.written, written);
    assertEquals(sealed.length, Math.min(30, written + MAX_IN_FLIGHT));
  }
  assertEquals(duplex.maxWriting, 1);
});

Deno.test("Pump keeps the order when a small record follows a large one that takes longer to seal", async () => {
  const { pump, duplex, said, open } = pumpHarness();
  // The middle one fits neither of its neighbours' records.
  pump.push(message("large", MAX_SENT_PAYLOAD_BYTES));
  pump.push(message("small"));
  pump.push(message("larger", MAX_SENT_PAYLOAD_BYTES));
  pump.wake();
  assertEquals(said(), [["large"], ["small"], ["larger"]]);
  await open();
  const inbox = new Inbox(new RecordOpener(spyTrafficKey([])));
  const { data } = await inbox.open(duplex.written.map(frameOf));
  assertEquals(data.map(({ length }) => length), [
    MAX_SENT_PAYLOAD_BYTES,
    5,
    MAX_SENT_PAYLOAD_BYTES,
  ]);
});

Deno.test("Pump.push() refuses a message when too much waits, and accepts it when that was sent", async () => {
  const { pump, open } = pumpHarness();
  pump.push(message("first"));
  pump.wake(); // no longer waits
  const size = 4096 - 3;
  for (let waiting = 0; waiting < MAX_QUEUED_BYTES; waiting += 4096) {
    pump.push(message("", size));
  }
  assertRefuses("CHAT_TOO_SLOW", () => pump.push(message("")));
  await open();
  pump.push(message(""));
});

Deno.test("Pump.push() refuses a message that does not fit a record with a KeyUpdate behind it", async () => {
  const { pump, said, open } = pumpHarness({ records: 1, bytes: BYTES });
  const largest = message("a", MAX_SENT_PAYLOAD_BYTES);
  assertEquals(largest.length, MAX_BATCH_BYTES);
  pump.push(largest);
  await open();
  assertEquals(said(), [["a", `type ${MESSAGE_TYPES.keyUpdate}`]]);
  assertThrows(
    () => pump.push(message("a", MAX_SENT_PAYLOAD_BYTES + 1)),
    RangeError,
  );
});

Deno.test("Pump sends own messages first and fills up with the source's when they fit", async () => {
  const { pump, said, release } = pumpHarness();
  const source = new TestSource();
  source.offer(message("a"));
  pump.attach(source);
  assertEquals(said(), [["a"]]);
  source.offer(message("b"), message("c"));
  pump.push(message("own"));
  pump.wake();
  await release();
  assertEquals(said(), [["a"], ["own", "b", "c"]]);
});

Deno.test("Pump takes a batch of its source whole or not at all", async () => {
  const { pump, said, open } = pumpHarness();
  const source = new TestSource();
  source.offer(message("b", MAX_SENT_PAYLOAD_BYTES));
  pump.push(message("own"));
  pump.attach(source);
  await open();
  assertEquals(said(), [["own"], ["b"]]);
});

Deno.test("Pump leaves its source alone while own messages still wait", async () => {
  const { pump, said, open } = pumpHarness();
  const source = new TestSource();
  source.offer(message("source"));
  pump.push(message("one", LARGE));
  pump.push(message("two", LARGE));
  pump.attach(source);
  await open();
  assertEquals(said(), [["one"], ["two", "source"]]);
});

Deno.test("Pump reports a failed write once and sends nothing after it", async () => {
  const { pump, duplex, errors, sealed, release } = pumpHarness();
  const source = new TestSource();
  for (let i = 0; i < 5; i++) source.offer(message(`${i}`, LARGE));
  pump.attach(source);
  const flushed = pump.flush();
  const failure = new Error("the network is gone");
  await release(failure);
  await flushed;
  const count = sealed.length;
  pump.push(message("late"));
  pump.wake();
  await turn();
  assertEquals(errors, [failure]);
  assertEquals(duplex.written, []);
  assertEquals(duplex.writing, 0);
  assertEquals(sealed.length, count);
});

Deno.test("Pump reports a batch that cannot be sealed", async () => {
  const { pump, errors } = pumpHarness();
  pump.attach({ pending: 1, take: () => new Uint8Array(70_000) });
  await pump.flush();
  assertEquals(errors.map((error) => error instanceof RangeError), [true]);
});

Deno.test("Pump.flush() resolves when everything was written, the source's too", async () => {
  const { pump, said, release } = pumpHarness();
  await pump.flush(); // nothing waits
  const source = new TestSource();
  source.offer(message("b"));
  pump.push(message("a"));
  pump.wake();
  pump.attach(source);
  let flushed = false;
  const flushing = pump.flush().then(() => flushed = true);
  await release();
  assertEquals([flushed, said()], [false, [["a"], ["b"]]]);
  await release();
  await flushing;
  pump.push(message("c")); // and a second time
  const again = pump.flush();
  await turn(); // it waits, and does not spin
  await release();
  await again;
  assertEquals(said(), [["a"], ["b"], ["c"]]);
});

Deno.test("Pump.flush() sends what nobody woke it for", async () => {
  const { pump, said, open } = pumpHarness();
  pump.push(message("a"));
  await open();
  assertEquals(said(), [["a"]]);
});

Deno.test("Pump.stop() drops what waits and lets a flush end", async () => {
  const { pump, said, release } = pumpHarness();
  pump.push(message("a"));
  pump.wake();
  pump.push(message("b", 30_000));
  const flushing = pump.flush();
  pump.stop();
  await flushing;
  await release();
  for (let left = MAX_QUEUED_BYTES; left > 10_000; left -= 10_000) {
    pump.push(message("c", 10_000 - 3)); // there is room for all of it again
  }
  pump.wake();
  await pump.finish(CLOSE);
  assertEquals(said(), [["a"]]);
});

Deno.test("Pump.stop() makes what fails afterwards nobody's business", async () => {
  const { pump, errors, release } = pumpHarness();
  pump.push(message("a"));
  pump.wake();
  pump.stop();
  await release(new Error("closed"));
  assertEquals(errors, []);
});

Deno.test("Pump.discard() drops what waits and its source, and sends what comes later", async () => {
  const { pump, said, open } = pumpHarness();
  const source = new TestSource();
  pump.push(message("a"));
  pump.wake();
  pump.push(message("dropped"));
  source.offer(message("dropped too"));
  pump.attach(source);
  pump.discard();
  pump.push(message("b"));
  await open();
  assertEquals(said(), [["a"], ["b"]]);
});

Deno.test("Pump.finish() sends everything that waits, then its message alone in the last record", async () => {
  const { pump, said, open } = pumpHarness();
  const source = new TestSource();
  pump.push(message("a"));
  pump.wake();
  pump.push(message("b"));
  source.offer(message("c"));
  source.offer(message("d"));
  pump.attach(source);
  const finished = pump.finish(CLOSE);
  await open();
  await finished;
  source.offer(message("late"));
  pump.push(message("late"));
  pump.wake();
  assertEquals(said().flat(), ["a", "b", "c", "d", "type 18"]);
  assertEquals(said().at(-1), ["type 18"]);
});

Deno.test("Pump.finish() sends nothing behind its message that comes while it is written", async () => {
  const { pump, said, release } = pumpHarness();
  const source = new TestSource();
  pump.attach(source);
  const finished = pump.finish(CLOSE);
  await turn();
  source.offer(message("late"));
  pump.wake();
  await release();
  await finished;
  assertEquals(said(), [["type 18"]]);
});

Deno.test("Pump.finish() puts no KeyUpdate behind its message even where one is due", async () => {
  const { pump, said, open } = pumpHarness({ records: 2, bytes: BYTES });
  pump.push(message("a"));
  const finished = pump.finish(CLOSE);
  await open();
  await finished;
  assertEquals(said(), [["a"], ["type 18"]]);
});

Deno.test("Pump.finish() resolves when sending fails", async () => {
  const { pump, errors, release } = pumpHarness();
  const finished = pump.finish(CLOSE);
  await turn();
  await release(new Error("gone"));
  await finished;
  assertEquals(errors.length, 1);
});

Deno.test("Pump changes its key with the last record it may seal, and seals nothing until then", async () => {
  const { pump, duplex, sealed, said, open } = pumpHarness({
    records: 3,
    bytes: BYTES,
  });
  const source = new TestSource();
  for (let i = 0; i < 10; i++) source.offer(message(`${i}`, LARGE));
  pump.attach(source);
  assertEquals(sealed.length, 3); // the third ends with KeyUpdate
  await open();
  assertEquals(said().map((texts) => texts.length), [
    ...[1, 1, 2],
    ...[1, 1, 2],
    ...[1, 1, 2],
    1,
  ]);
  assertEquals(new Set(sealed.map(({ key }) => key)).size, 4);
  const inbox = new Inbox(new RecordOpener(spyTrafficKey([])));
  const { data } = await inbox.open(duplex.written.map(frameOf));
  assertEquals(data.length, 10);
});

Deno.test("Pump delivers everything once and in order, whatever comes when", async () => {
  const action = fc.oneof(
    fc.record({
      kind: fc.constant("push" as const),
      size: fc.constantFrom(1, 300, 3_000, LARGE),
    }),
    fc.record({
      kind: fc.constant("offer" as const),
      size: fc.constantFrom(1, 300, 3_000, LARGE),
    }),
    fc.constant({ kind: "wake" as const }),
    fc.constant({ kind: "release" as const }),
    fc.constant({ kind: "turn" as const }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      async (actions, records) => {
        const harness = pumpHarness({ records, bytes: BYTES });
        const { pump, duplex, sealed, release, open } = harness;
        const source = new TestSource();
        pump.attach(source);
        const expected = { own: [] as string[], source: [] as string[] };
        for (const [i, each] of actions.entries()) {
          if (each.kind === "push") {
            expected.own.push(`own ${i}`);
            pump.push(message(`own ${i}`, Math.max(each.size, 10)));
          } else if (each.kind === "offer") {
            expected.source.push(`source ${i}`);
            source.offer(message(`source ${i}`, Math.max(each.size, 10)));
          } else if (each.kind === "wake") pump.wake();
          else if (each.kind === "turn") await turn();
          else if (duplex.writing > 0) await release();
          assert(pump.inFlight <= MAX_IN_FLIGHT);
        }
        await open();
        const inbox = new Inbox(new RecordOpener(spyTrafficKey([])));
        const { data } = await inbox.open(duplex.written.map(frameOf));
        const texts = data.map((each) =>
          new TextDecoder().decode(each).trimEnd()
        );
        assertEquals(
          texts.filter((text) => text.startsWith("own")),
          expected.own,
        );
        assertEquals(
          texts.filter((text) => text.startsWith("source")),
          expected.source,
        );
        const used = sealed.map(({ key, nonce }) => key + nonce);
        assertEquals(new Set(used).size, used.length);
        assert(duplex.maxWriting <= 1);
      },
    ),
    { numRuns: 60 },
  );
});
