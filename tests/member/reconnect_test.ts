import fc from "fast-check";
import { ChatError, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import {
  Backoff,
  isPassing,
  MAX_BACKOFF_MS,
  MIN_BACKOFF_MS,
  STEADY_MS,
} from "../../lib/member/reconnect.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { settle } from "../support/virtual_clock.ts";
import { cut, ENTERED, settled, Stage } from "./stage.ts";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("Backoff.next() stays below a bound that doubles up to its maximum", () => {
  fc.assert(fc.property(fc.array(random, { maxLength: 50 }), (numbers) => {
    const rest = [...numbers];
    const backoff = new Backoff(() => rest.shift() ?? 0);
    for (const [tries, number] of numbers.entries()) {
      const bound = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** tries);
      const wait = backoff.next();
      assert(wait >= 0 && wait < bound);
      assertEquals(wait, Math.floor(number * bound)); // all of it is used
    }
  }));
});

Deno.test("Backoff.next() begins anew after reset()", () => {
  const backoff = new Backoff(() => 0.999999);
  for (let tries = 0; tries < 2_000; tries++) backoff.next();
  assertEquals(backoff.next(), MAX_BACKOFF_MS - 1);
  backoff.reset();
  assertEquals(backoff.next(), MIN_BACKOFF_MS - 1);
});

/** What another try may mend; everything else ends the conversation. */
const WORTHWHILE: readonly ErrorCode[] = [
  "CHAT_UNREACHABLE",
  "CHAT_CONNECTION_CUT",
  "CHAT_TIMEOUT",
  "CHAT_NOT_CHAT",
  "CHAT_WIRE_MALFORMED",
  "CHAT_FRAME_SIZE",
  "CHAT_KEY_SHARE_INVALID",
  "CHAT_SIGNATURE_INVALID",
  "CHAT_FINISHED_INVALID",
  "CHAT_HANDSHAKE_REFUSED",
  "CHAT_BUSY",
  "CHAT_RECORD_REFUSED",
  "CHAT_RECORD_LIMIT",
  "CHAT_FULL",
  "CHAT_TOO_SLOW",
  "CHAT_IDLE",
  "CHAT_RESTARTING",
];

Deno.test("isPassing() tells what another try may mend", () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const error = new ChatError(code, "Cannot");
    assertEquals(isPassing(error), WORTHWHILE.includes(code), code);
  }
  assert(!isPassing(new Error("a bug")));
  assert(!isPassing(undefined));
});

Deno.test("Correspondent connects again after every loss that may pass, and tells", async () => {
  await using stage = await settled();
  for (const code of WORTHWHILE) {
    const tries = stage.transport.attempts;
    await stage.reconnect(new ChatError(code, `Cannot: ${code}`));
    assertEquals(stage.transport.attempts, tries + 1);
    const [lost, restored] = stage.all("connection").slice(-2);
    assertEquals([lost?.state, lost?.text], ["lost", `Cannot: ${code}`]);
    assertEquals([restored?.state, restored?.retryMs], ["restored", 0]);
    assertEquals(stage.link.last("enter").name, "alice");
  }
  assertEquals(stage.ended, undefined);
});

Deno.test("Correspondent connects again after goodbyes that may pass", async () => {
  for (const why of ["restart", "full", "idle", "too_slow"] as const) {
    await using stage = await settled();
    stage.link.say({ kind: "goodbye", why, text: "later" });
    await settle();
    await stage.reconnect();
    assertEquals(stage.transport.attempts, 2);
    assertEquals(stage.all("goodbye"), []);
    assertEquals(stage.ended, undefined);
  }
});

Deno.test("Correspondent comes again later where it may not enter so often, and ends when it floods", async () => {
  await using stage = await settled();
  const flooding = { kind: "goodbye", why: "flooding", text: "slow" } as const;
  stage.link.finish(cut());
  await stage.clock.pass(1_000);
  stage.link.say(flooding);
  stage.link.finish();
  await stage.clock.pass(2_000);
  assertEquals(stage.transport.attempts, 3);
  assertEquals(stage.ended, undefined);
  stage.link.say(ENTERED);
  await settle();
  stage.link.say(flooding);
  stage.link.finish();
  await settle();
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_FLOODING");
});

Deno.test("Correspondent connects again after an end without a goodbye", async () => {
  await using stage = await settled();
  stage.link.finish();
  await settle();
  assertEquals(stage.all("connection").at(-1)?.state, "lost");
});

Deno.test("Correspondent waits longer each time, and briefly after a good connection", async () => {
  await using stage = await settled();
  for (let tries = 0; tries < 4; tries++) {
    stage.transport.failures.push(new ChatError("CHAT_UNREACHABLE", "Cannot"));
  }
  stage.link.finish(cut());
  await stage.clock.pass(250 + 500 + 1_000 + 2_000);
  assertEquals(stage.transport.attempts, 5);
  await stage.clock.pass(3_999);
  assertEquals(stage.transport.attempts, 5);
  await stage.clock.pass(1);
  assertEquals(stage.transport.attempts, 6);
  stage.link.say(ENTERED);
  await stage.clock.pass(STEADY_MS - 1);
  stage.link.finish(cut());
  await settle();
  const waits = () => stage.all("connection").map(({ retryMs }) => retryMs);
  assertEquals(waits(), [250, 500, 1_000, 2_000, 4_000, 0, 8_000]);
  await stage.clock.pass(8_000);
  stage.link.say(ENTERED);
  await stage.clock.pass(STEADY_MS);
  stage.link.finish(cut());
  await settle();
  assertEquals(waits().slice(-2), [0, 250]);
});

Deno.test("Correspondent ends when reconnecting shows that there is no way on", async () => {
  for (const code of ["CHAT_PIN_MISMATCH", "CHAT_NOT_AUTHORIZED"] as const) {
    await using stage = await settled();
    stage.transport.failures.push(new ChatError(code, "Cannot"));
    stage.link.finish(cut());
    await stage.clock.pass(1_000);
    assertEquals((stage.ended?.error as ChatError).code, code);
  }
});

Deno.test("Correspondent ends when its name is refused and nobody is asked", async () => {
  await using stage = await settled();
  stage.link.finish(cut());
  await stage.clock.pass(1_000);
  stage.link.say({
    kind: "name_wanted",
    ...{ why: "taken", text: "taken", suggestion: null },
  });
  await settle();
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_NAME_TAKEN");
});

Deno.test("Correspondent does not connect again when told not to", async () => {
  await using stage = await settled({ reconnect: false });
  stage.link.say({ kind: "goodbye", why: "restart", text: "later" });
  stage.link.finish();
  await stage.clock.pass(100_000);
  assertEquals(stage.transport.attempts, 1);
  assertEquals(stage.all("goodbye").length, 1);
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_RESTARTING");
});

Deno.test("Correspondent throws what is a bug, and does not try again", async () => {
  await using stage = await settled();
  const bug = new Error("a bug");
  stage.link.finish(bug);
  await stage.clock.pass(100_000);
  assertEquals(stage.ended?.error, bug);
  assertEquals(stage.transport.attempts, 1);
});

Deno.test("Correspondent waits for somebody to look at its events before it tries on", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  const unreachable = new ChatError("CHAT_UNREACHABLE", "Cannot");
  stage.transport.failures.push(...Array(5_000).fill(unreachable));
  stage.link.finish(cut());
  for (let i = 0; i < 4_096; i++) stage.member.notice("x");
  await stage.clock.pass(600_000);
  assertEquals(stage.transport.attempts, 1);
  stage.listen();
  await stage.clock.pass(600_000);
  assert(stage.transport.attempts > 10);
});
