import { ChatError } from "../../lib/errors.ts";
import { MAX_OUTBOX } from "../../lib/member/device_state.ts";
import type { SealedMessage } from "../../lib/member/sealing.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { GROUP, PlainSeals } from "./plain_seals.ts";
import { answer, say, sent, talking } from "./sealed_stage.ts";

/** Seals a post as something. */
function seal(number: number): Promise<SealedMessage> {
  return Promise.resolve({ group: GROUP, body: new Uint8Array([number]) });
}

Deno.test("Outbox.post() sends in its turn what it neither keeps nor shows", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.stop();
  await say(stage, "a");
  const posting = seals.host.post(2, seal);
  await say(stage, "b", 1);
  seals.go();
  await settle();
  assertEquals(sent(stage), ["1*", "2*", "3"]);
  assertEquals(stage.link.last("seal").body, new Uint8Array([2]));
  assertEquals(stage.state.outbox().length, 2);
  assertEquals(stage.member.outgoing.length, 2);
  answer(stage);
  await posting;
});

Deno.test("Outbox.post() rejects with what goes wrong, and is tried once", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  const { host } = seals;
  const why = new ChatError("CHAT_SEAL_OUT_OF_STEP", "Not now");
  await assertRefusesLater(
    "CHAT_SEAL_OUT_OF_STEP",
    () => host.post(2, () => Promise.reject(why)),
  );
  const outrun = host.post(2, seal);
  await settle();
  answer(stage, "CHAT_SEAL_OUTRUN");
  await assertRefusesLater("CHAT_SEAL_OUTRUN", () => outrun);
  const cut = host.post(2, seal);
  cut.catch(() => {});
  const late = host.post(2, seal);
  late.catch(() => {});
  await stage.reconnect();
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => cut);
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => late);
  assertEquals(sent(stage), []);
  stage.link.finish();
  await settle();
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => host.post(2, seal));
});

Deno.test("Outbox.post() comes again when it was too fast, as the server waits for it", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  const posting = seals.host.post(2, seal);
  await settle();
  answer(stage, "CHAT_RATE_LIMITED");
  await stage.clock.pass(50);
  assertEquals(sent(stage), ["1*", "1*"]);
  answer(stage);
  await posting;
});

Deno.test("Outbox.post() refuses more than may wait", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.held.add(2);
  for (let i = 0; i < MAX_OUTBOX; i++) stage.member.say("x", 2).catch(() => {});
  await assertRefusesLater(
    "CHAT_OUTBOX_FULL",
    () => seals.host.post(2, seal),
  );
});
