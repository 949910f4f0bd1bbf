import {
  SPARE_BURST,
  SPARE_GAP_MS,
  SpareTime,
  YIELD_MS,
} from "../../lib/member/spare_time.ts";
import { Wire } from "../../lib/member/wire.ts";
import { assertEquals } from "../support/assert.ts";
import { settle, VirtualClock } from "../support/virtual_clock.ts";
import { ScriptedLink } from "./scripted_link.ts";
import { cut } from "./stage.ts";

/** Asks for many turns; how many came, it tells. */
class Many {
  readonly clock = new VirtualClock();
  readonly spare = new SpareTime(this.clock);
  readonly #end = new AbortController();
  turns = 0;

  constructor(count: number) {
    for (let i = 0; i < count; i++) this.ask();
  }

  ask(): void {
    void this.spare.turn(this.#end.signal).then(() => this.turns += 1);
  }

  end(): void {
    this.#end.abort();
  }
}

Deno.test("SpareTime.turn() lets some through at once, and the others one by one", async () => {
  const many = new Many(SPARE_BURST + 3);
  await settle();
  assertEquals(many.turns, SPARE_BURST);
  await many.clock.pass(SPARE_GAP_MS - 1);
  assertEquals(many.turns, SPARE_BURST);
  await many.clock.pass(1);
  assertEquals(many.turns, SPARE_BURST + 1);
  await many.clock.pass(2 * SPARE_GAP_MS);
  assertEquals(many.turns, SPARE_BURST + 3);
  await many.clock.pass(10 * SPARE_BURST * SPARE_GAP_MS); // saves up one burst
  for (let i = 0; i <= SPARE_BURST; i++) many.ask();
  await settle();
  assertEquals(many.turns, 2 * SPARE_BURST + 3);
});

Deno.test("SpareTime.turn() lets people go first when the server finds us too fast", async () => {
  const many = new Many(0);
  many.spare.tooFast(141);
  many.ask();
  many.ask();
  await many.clock.pass(141 + YIELD_MS - 1);
  assertEquals(many.turns, 0);
  await many.clock.pass(1);
  assertEquals(many.turns, 1); // one by one at first
  many.spare.tooFast(100);
  await many.clock.pass(100 + YIELD_MS - 1);
  assertEquals(many.turns, 1); // who waits already waits on
  await many.clock.pass(1);
  assertEquals(many.turns, 2);
});

Deno.test("SpareTime.turn() waits for a minute at most, whatever a server or a clock says", async () => {
  const many = new Many(0);
  many.spare.tooFast(2 ** 40);
  many.ask();
  await many.clock.pass(60_000 + YIELD_MS);
  assertEquals(many.turns, 1);

  let now = 1_000_000_000;
  const clock = {
    now: (): number => now,
    delay: (ms: number): Promise<void> => Promise.reject(new Error(`${ms}`)),
  };
  const spare = new SpareTime(clock);
  const { signal } = new AbortController();
  for (let i = 0; i < SPARE_BURST; i++) await spare.turn(signal);
  now -= 3_600_000; // put back
  for (let i = 0; i < SPARE_BURST; i++) await spare.turn(signal);
});

Deno.test("SpareTime.turn() ends with its signal", async () => {
  const many = new Many(100);
  await settle();
  many.end();
  await settle();
  assertEquals(many.turns, 100);
  assertEquals(many.clock.waiting, 0);
});

Deno.test("Wire.spareTime() heeds every refusal for the rate, and ends with the connection", async () => {
  const clock = new VirtualClock();
  const wire = new Wire(new ScriptedLink(), clock);
  let found: boolean | undefined;
  const asked = wire.ask(
    (id) => ({ kind: "rooms", id }),
    () => undefined,
  );
  asked.catch(() => {});
  const text = "";
  wire.answer({
    ...{ kind: "refused", id: 1, code: "CHAT_RATE_LIMITED", text },
    retryMs: 500,
  });
  void wire.spareTime().then((stands) => found = stands);
  await clock.pass(500 + YIELD_MS - 1);
  assertEquals(found, undefined);
  await clock.pass(1);
  assertEquals(found, true);
  void wire.spareTime().then((stands) => found = stands);
  wire.end(cut());
  await settle();
  assertEquals(found, false);
});
