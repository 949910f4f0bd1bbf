import { sealPlain } from "../../faults/simulation/plain.ts";
import { ChatError } from "../../lib/errors.ts";
import { MAX_OUTBOX } from "../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, GROUP, PlainSeals } from "./plain_seals.ts";
import { answer, device, say, sent, talking } from "./sealed_stage.ts";
import { LOG, room, Stage } from "./stage.ts";

const OTHER_GROUP = new Uint8Array(32).fill(5);

Deno.test("Outbox hides what is to be sealed, shows it, and sends it sealed only", async () => {
  await using stage = await talking();
  await say(stage, "hello");
  const [kept] = stage.state.outbox();
  assert(kept?.hidden);
  assert(!kept.text.includes("hello"));
  assertEquals(stage.member.outgoing[0]?.text, "hello");
  const { group, body, number } = stage.link.last("seal");
  assertEquals(group, GROUP);
  assertEquals(
    body,
    sealPlain({ kind: "say", text: "hello", number }, GROUP),
  );
  answer(stage);
  await settle();
  assertEquals(stage.state.outbox(), []);
  assertEquals(stage.all("outgoing").map(({ message: { state } }) => state), [
    "sending",
    "sent",
  ]);
});

Deno.test("Outbox lets nobody wait for a room that is not ready, and moves what was overtaken", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.held.add(2);
  await say(stage, "a");
  await say(stage, "b", 1);
  await say(stage, "c");
  assertEquals(sent(stage), ["2"]);
  seals.held.clear();
  seals.sealing.resume(2);
  await settle();
  assertEquals(sent(stage), ["2", "4*", "5*"]);
  assertEquals(stage.state.outbox().map(({ number }) => number), [2, 4, 5]);
  assertEquals(
    stage.all("outgoing").map(({ message: { number, text } }) =>
      `${number} ${text}`
    ),
    ["1 a", "2 b", "3 c", "4 a", "5 c"],
  );
});

Deno.test("Outbox keeps the numbers of what nobody has overtaken", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.held.add(2);
  await say(stage, "a");
  seals.held.clear();
  await say(stage, "b", 1);
  assertEquals(sent(stage), ["1*", "2"]);
});

Deno.test("Outbox sends nothing behind what is being sealed", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.stop();
  await say(stage, "a");
  await say(stage, "b", 1);
  assertEquals(sent(stage), []);
  seals.go();
  await settle();
  assertEquals(sent(stage), ["1*", "2"]);
});

Deno.test("Outbox sends the same again that it has sealed, ready or not, and after a crash", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  await say(stage, "a");
  const { body } = stage.link.last("seal");
  seals.held.add(2);
  await stage.reconnect();
  assertEquals(sent(stage), ["1*"]);
  assertEquals(stage.link.last("seal").body, body);
  const state = new MemoryDeviceState(new Uint8Array(16), {
    ...{ logId: LOG, lastNumber: 7, positions: [] },
    outbox: stage.state.outbox(),
  });
  await using again = new Stage({ sealing: seals.crash().make }, state);
  await again.enter();
  assertEquals(sent(again), ["1*"]);
  assertEquals(again.link.last("seal").body, body);
  assertEquals(again.member.outgoing[0]?.text, "a");
});

Deno.test("Outbox gives another number to what an earlier life may have overtaken", async () => {
  const stage = new Stage({ sealing: new PlainSeals().make }, device(5, 3));
  await using _ = stage;
  await stage.enter(room(), DIRECT);
  await settle();
  assertEquals(sent(stage), ["6*"]);
});

Deno.test("Outbox gives another number to what the server says was overtaken", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.held.add(2);
  await say(stage, "a");
  seals.held.clear();
  await stage.reconnect(undefined, { number: 4 });
  assertEquals(sent(stage), ["5*"]);
});

Deno.test("Outbox seals anew what was outrun, once the server tells another group", async () => {
  await using stage = await talking();
  await say(stage, "a");
  await say(stage, "b");
  const [a, b] = stage.link.all("seal");
  for (const each of [a, b]) {
    const refused = { kind: "refused", text: "", retryMs: 0 } as const;
    const code = "CHAT_SEAL_OUTRUN";
    stage.link.say({ ...refused, id: each?.id ?? 0, code });
    await settle();
    assertEquals(sent(stage), ["1*", "2*"]);
  }
  assertEquals(stage.member.outgoing.map(({ state }) => state), [
    "sending",
    "sending",
  ]);
  stage.link.say({ ...DIRECT, group: OTHER_GROUP });
  await settle();
  assertEquals(sent(stage), ["1*", "2*", "3*", "4*"]);
  assertEquals(stage.link.last("seal").group, OTHER_GROUP);
  answer(stage);
  await settle();
});

Deno.test("Outbox seals anew what is late as nobody heard that it was outrun", async () => {
  for (const group of [GROUP, OTHER_GROUP]) {
    await using stage = await talking();
    await say(stage, "a");
    await say(stage, "b", 1);
    await stage.reconnect(undefined, { number: 2 });
    stage.link.say(room(), { ...DIRECT, group });
    answer(stage, "CHAT_FORGOTTEN");
    await settle();
    const isOver = group === OTHER_GROUP;
    assertEquals(sent(stage), ["1*", "2", ...isOver ? ["3*"] : []]);
    assertEquals(
      stage.member.outgoing[0]?.state,
      isOver ? "sending" : "failed",
    );
  }
});

Deno.test("Outbox seals nothing anew that the server may have forgotten", async () => {
  await using stage = await talking();
  await say(stage, "a");
  await stage.reconnect(undefined, { number: 1 + MAX_OUTBOX });
  stage.link.say(room(), { ...DIRECT, group: OTHER_GROUP });
  answer(stage, "CHAT_FORGOTTEN");
  await settle();
  assertEquals(stage.member.outgoing[0]?.state, "failed");
});

Deno.test("Outbox tries what was outrun again over another connection", async () => {
  await using stage = await talking();
  await say(stage, "a");
  answer(stage, "CHAT_SEAL_OUTRUN");
  await settle();
  await stage.reconnect();
  assertEquals(sent(stage), ["2*"]);
});

Deno.test("Outbox does not send what is sealed for a group that the server refused", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  await say(stage, "a");
  answer(stage, "CHAT_SEAL_OUTRUN");
  await settle();
  stage.link.say({ ...DIRECT, group: OTHER_GROUP });
  const { seal } = seals.sealing;
  seals.sealing.seal = () =>
    Promise.resolve({ group: GROUP, body: new Uint8Array(1) });
  await settle();
  assertEquals(sent(stage), ["1*"]);
  assertEquals(seals.disk.size, 0);
  seals.sealing.seal = seal;
  seals.sealing.resume(2);
  await settle();
  assertEquals(sent(stage), ["1*", "2*"]);
});

Deno.test("Outbox waits with what cannot be sealed yet until the sealing says so", async () => {
  for (
    const code of [
      "CHAT_SEAL_OUT_OF_STEP",
      "CHAT_SEAL_BUSY",
      "CHAT_SEAL_OUTRUN",
      "CHAT_CONNECTION_CUT",
    ] as const
  ) {
    const seals = new PlainSeals();
    await using stage = await talking(seals);
    const { seal } = seals.sealing;
    let calls = 0;
    seals.sealing.seal = () => {
      calls += 1;
      return Promise.reject(new ChatError(code, "Not now"));
    };
    await say(stage, "a");
    await say(stage, "b", 1);
    assertEquals([calls, sent(stage)], [1, ["2"]]);
    seals.sealing.seal = seal;
    await say(stage, "c", 1);
    assertEquals(sent(stage), ["2", "3"]);
    seals.sealing.resume(2);
    await settle();
    assertEquals(sent(stage), ["2", "3", "4*"]);
  }
});

Deno.test("Outbox tries again some time later what no disk takes", async () => {
  const full = new ChatError("CHAT_DEVICE_FULL", "Cannot keep: full");
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  const { seal } = seals.sealing;
  seals.sealing.seal = () => Promise.reject(full);
  await say(stage, "a");
  await say(stage, "b", 1);
  seals.sealing.seal = seal;
  const { renumber } = stage.state;
  stage.state.renumber = () => {
    throw full;
  };
  await stage.clock.pass(1_000);
  assertEquals(sent(stage), ["2"]);
  stage.state.renumber = renumber;
  await stage.clock.pass(1_000);
  assertEquals(sent(stage), ["2", "3*"]);
});

Deno.test("Outbox lets nothing overtake in its room what gets no number", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  const { renumber } = stage.state;
  stage.state.renumber = () => {
    throw new ChatError("CHAT_DEVICE_FULL", "Cannot keep: full");
  };
  seals.held.add(2);
  await say(stage, "a");
  await say(stage, "b", 1);
  await say(stage, "c");
  seals.held.clear();
  seals.sealing.resume(2);
  await settle();
  assertEquals(sent(stage), ["2"]);
  stage.state.renumber = renumber;
  await stage.clock.pass(1_000);
  assertEquals(sent(stage), ["2", "4*", "5*"]);
});

Deno.test("Outbox fails what cannot be sealed for another reason", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.sealing.seal = () =>
    Promise.reject(new ChatError("CHAT_IDENTITY_CHANGED", "Cannot seal"));
  await assertRefusesLater(
    "CHAT_IDENTITY_CHANGED",
    () => stage.member.say("a", 2),
  );
  assertEquals(stage.state.outbox()[0]?.failed, "Cannot seal");
  assertEquals(stage.member.outgoing[0]?.state, "failed");
});

Deno.test("Outbox has forgotten what it was sealed as when a message is given up or fails", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  await say(stage, "a");
  assertEquals([...seals.disk.keys()], [1]);
  stage.member.discard(1);
  assertEquals([...seals.disk.keys()], []);
  await say(stage, "b");
  answer(stage, "CHAT_MUTED");
  await settle();
  assertEquals([...seals.disk.keys()], []);
  stage.member.retry(2);
  await settle();
  assertEquals(sent(stage), ["1*", "2*", "3*"]);
  assert(stage.state.outbox()[0]?.hidden);
});

Deno.test("Outbox dismisses what is given up while it is being sealed", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.stop();
  await say(stage, "a");
  stage.member.discard(1);
  await say(stage, "b", 1);
  seals.go();
  await settle();
  assertEquals(sent(stage), ["2"]);
  assertEquals(seals.disk.size, 0);
});

Deno.test("Outbox takes a message for stored that was read back, and needs no acknowledgement", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  const saying = stage.member.say("a", 2);
  await settle();
  stage.follow(0);
  const { body, id } = stage.link.last("seal");
  const { self: { fingerprint } } = stage.member;
  const position = { room: 2, seq: 1, at: 1, name: "", fingerprint };
  stage.link.say({ kind: "sealed", ...position, body });
  await saying;
  assertEquals(stage.state.outbox(), []);
  assertEquals(seals.disk.size, 0);
  stage.link.say({ kind: "ack", id, seq: 1, at: 1 });
  await settle();
  assertEquals(stage.all("outgoing").length, 2);
  assertEquals(stage.all("changed"), []);
});

Deno.test("Outbox says whether the disk has forgotten what was read back", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  const { forget } = state;
  const seals = new PlainSeals();
  await using stage = await talking(seals, state);
  state.forget = () => {
    throw new ChatError("CHAT_DEVICE_FULL", "Cannot write: full");
  };
  await say(stage, "a");
  answer(stage);
  await settle();
  stage.follow(0);
  const { body } = stage.link.last("seal");
  const { self: { fingerprint } } = stage.member;
  const position = { room: 2, seq: 1, at: 1, name: "", fingerprint };
  stage.link.say({ kind: "sealed", ...position, body });
  await settle();
  assertEquals(seals.disk.size, 1); // or the next life would send it once more
  state.forget = forget;
});

Deno.test("Outbox gives up what was not sealed for a room that we do not belong to any more", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  await say(stage, "sealed before");
  seals.held.add(2);
  const saying = stage.member.say("a", 2);
  await settle();
  stage.link.say({ kind: "parted", room: 2 });
  await assertRefusesLater("CHAT_NO_SUCH_ROOM", () => saying);
  assertEquals(stage.member.outgoing.map(({ state }) => state), [
    "sending",
    "failed",
  ]);
});

Deno.test("Outbox gives up what waits for rooms that are not announced", async () => {
  const stage = new Stage({ sealing: new PlainSeals().make }, device(5, 3));
  await using _ = stage;
  stage.listen();
  await stage.enter(room());
  await settle();
  assertEquals(stage.member.outgoing[0]?.state, "sending");
  stage.follow(0);
  await settle();
  assertEquals(stage.member.outgoing[0]?.state, "failed");
});

Deno.test("Outbox keeps what is hidden from it, and sends nothing in its place", async () => {
  await using stage = new Stage({}, device(5, 3));
  await stage.enter(room(), DIRECT);
  await settle();
  const [only] = stage.member.outgoing;
  assertEquals([only?.state, only?.text], ["failed", ""]);
  assertEquals(stage.state.outbox()[0]?.failed, null);
  try {
    stage.member.retry(3);
    throw new Error("It was sent");
  } catch (error) {
    assertEquals((error as ChatError).code, "CHAT_SEAL_NO_KEYS");
  }
  assertEquals(sent(stage), []);
});
