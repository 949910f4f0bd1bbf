import fc from "fast-check";
import type { DeviceState } from "../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { assertEquals } from "../support/assert.ts";
import { contentOf, message, openSoundState } from "./support/device_states.ts";
import { Folder } from "./support/histories.ts";

type Step = (state: DeviceState) => void;

const number = fc.nat(30);
const room = fc.nat(3);
const text = fc.string({ unit: "grapheme", maxLength: 20 });

const steps: fc.Arbitrary<Step>[] = [
  fc.record({
    skip: fc.constantFrom(1, 1, 1, 1, 0, 2),
    kind: fc.constantFrom("say" as const, "act" as const),
    room,
    text,
    at: fc.nat(),
    failed: fc.constantFrom(null, null, "muted"),
    hidden: fc.boolean(),
  }).map(({ skip, ...more }): Step => (state) =>
    state.keep(message(state.lastNumber + skip, more))
  ),
  number.map((number): Step => (state) => state.forget(number)),
  fc.record({ number, text }).map(({ number, text }): Step => (state) =>
    state.fail(number, text)
  ),
  number.map((number): Step => (state) => state.skipTo(number)),
  fc.record({
    numbers: fc.uniqueArray(number, { maxLength: 3 }),
    skip: fc.constantFrom(1, 1, 1, 0, 2, 2_000),
  }).map(({ numbers, skip }): Step => (state) => {
    const waiting = state.outbox().map(({ number }) => number);
    const some = numbers.map((number) => waiting[number] ?? number);
    state.renumber([...new Set(some)], state.lastNumber + skip);
  }),
  fc.record({ room, seq: fc.nat(), at: fc.nat() }).map(
    (position): Step => (state) => void state.advance(position),
  ),
  fc.constant((state) => state.flush()),
  room.map((room): Step => (state) => state.drop(room)),
  fc.record({ byte: fc.nat(3), text }).map(({ byte, text }): Step => (state) =>
    state.startLog(new Uint8Array(16).fill(byte), text)
  ),
];

/** What a step leaves, and whether it was refused. */
function outcome(step: Step, state: DeviceState): unknown {
  let refused = false;
  try {
    step(state);
  } catch {
    refused = true;
  }
  return [refused, contentOf(state)];
}

Deno.test("SqliteDeviceState and MemoryDeviceState are alike, whatever is done to them", () => {
  const reopen = "reopen" as const;
  const plan = fc.array(
    fc.oneof(
      { weight: 10, arbitrary: fc.oneof(...steps) },
      { weight: 1, arbitrary: fc.constant(reopen) },
    ),
    { maxLength: 40, size: "max" },
  );
  fc.assert(
    fc.property(plan, (steps) => {
      using folder = new Folder();
      let sqlite = openSoundState(folder.path);
      using memory = new MemoryDeviceState(sqlite.device);
      try {
        for (const step of steps) {
          if (step === reopen) {
            sqlite[Symbol.dispose]();
            sqlite = openSoundState(folder.path);
            assertEquals(sqlite.device, memory.device);
            assertEquals(contentOf(sqlite), contentOf(memory));
          } else {
            assertEquals(outcome(step, sqlite), outcome(step, memory));
          }
        }
      } finally {
        sqlite[Symbol.dispose]();
      }
    }),
    { numRuns: 40 },
  );
});
