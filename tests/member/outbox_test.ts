import { ChatError } from "../../lib/errors.ts";
import { MAX_OUTBOX } from "../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { MAX_IN_FLIGHT } from "../../lib/member/outbox.ts";
import type { RefusalCode } from "../../lib/protocol/words.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { ENTERED, LOG, room, settled, Stage } from "./stage.ts";

/** Acknowledges what was said under a request. */
function ack(stage: Stage, id: number): void {
  stage.link.say({ kind: "ack", id, seq: id, at: id });
}

function refuse(
  stage: Stage,
  id: number,
  code: RefusalCode,
  retryMs = 0,
): void {
  stage.link.say({ kind: "refused", id, code, text: "Cannot", retryMs });
}

/** Says things, and forgets how that ends. */
function sayAll(stage: Stage, ...texts: readonly string[]): void {
  for (const text of texts) stage.member.say(text).catch(() => {});
}

function textsOf(stage: Stage): string[] {
  return stage.link.all("say").map(({ text }) => text);
}

Deno.test("Correspondent.say() resolves when it is stored, and tells on the way", async () => {
  await using stage = await settled();
  stage.link.say(room(5));
  await settle();
  const saying = stage.member.say("hello");
  const acting = stage.member.act("waves", 5);
  assertEquals(stage.state.outbox().map(({ text }) => text), [
    "hello",
    "waves",
  ]);
  await settle();
  const { id, number, room: place } = stage.link.last("say");
  assertEquals([number, place], [1, 0]);
  assertEquals(stage.link.last("act").number, 2);
  assertEquals(stage.link.last("act").room, 5);
  ack(stage, id);
  await saying;
  ack(stage, stage.link.last("act").id);
  await acting;
  assertEquals(stage.member.outgoing, []);
  assertEquals(stage.state.outbox(), []);
  await settle();
  assertEquals(
    stage.all("outgoing").map(({ message: { number, state } }) => (
      `${number} ${state}`
    )),
    ["1 sending", "2 sending", "1 sent", "2 sent"],
  );
});

Deno.test("Correspondent.say() refuses what no server takes without keeping it", async () => {
  await using stage = await settled();
  for (const text of ["", " \n", "\x07", "\ud800", "x".repeat(16_385)]) {
    for (const verb of ["say", "act"] as const) {
      await assertRefusesLater(
        "CHAT_MESSAGE_INVALID",
        () => stage.member[verb](text),
      );
    }
  }
  for (const room of [-1, 0.5, NaN, 2 ** 60, 7]) {
    await assertRefusesLater(
      "CHAT_NO_SUCH_ROOM",
      () => stage.member.say("x", room),
    );
  }
  assertEquals(stage.state.lastNumber, 0);
});

Deno.test("Correspondent.say() refuses more than may wait", async () => {
  await using stage = new Stage();
  for (let i = 0; i < MAX_OUTBOX; i++) sayAll(stage, "x");
  await assertRefusesLater("CHAT_OUTBOX_FULL", () => stage.member.say("x"));
  assertEquals(stage.member.outgoing.length, MAX_OUTBOX);
});

Deno.test("Correspondent.say() waits for the first connection", async () => {
  await using stage = new Stage();
  const saying = stage.member.say("early");
  await stage.enter(room());
  await settle();
  assertEquals(textsOf(stage), ["early"]);
  ack(stage, stage.link.last("say").id);
  await saying;
});

Deno.test("Correspondent sends what was kept before, in order, and after a crash", async () => {
  const message = {
    kind: "act",
    room: 3,
    text: "x",
    at: 9,
    failed: null,
    hidden: false,
  } as const;
  const state = new MemoryDeviceState(new Uint8Array(16), {
    logId: LOG,
    lastNumber: 9,
    outbox: [
      { ...message, number: 4 },
      { ...message, number: 6, failed: "Cannot" },
      { ...message, number: 9 },
    ],
    positions: [],
  });
  await using stage = new Stage({}, state);
  assertEquals(
    stage.member.outgoing.map(({ number, state }) => `${number} ${state}`),
    ["4 sending", "6 failed", "9 sending"],
  );
  await stage.enter();
  assertEquals(stage.link.all("act").map(({ number }) => number), [4, 9]);
  sayAll(stage, "next");
  assertEquals(stage.link.last("say").number, 10);
});

Deno.test("Correspondent sends again after a connection what was not acknowledged, under its number", async () => {
  await using stage = await settled();
  sayAll(stage, "a", "b", "c");
  ack(stage, stage.link.all("say")[0]?.id ?? 0);
  await settle();
  await stage.reconnect();
  assertEquals(
    stage.link.all("say").map(({ number, text }) => `${number} ${text}`),
    ["2 b", "3 c"],
  );
  for (const { id } of stage.link.all("say")) ack(stage, id);
  await settle();
  assertEquals(stage.state.outbox(), []);
});

Deno.test("Correspondent uses no number that the server knows already", async () => {
  await using stage = await settled();
  sayAll(stage, "a");
  await stage.reconnect(undefined, { number: 40 });
  sayAll(stage, "b");
  assertEquals(stage.link.all("say").map(({ number }) => number), [1, 41]);
  await stage.reconnect(undefined, { number: 2 ** 48 + 1 });
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_PROTOCOL");
  assertEquals(stage.state.lastNumber, 41);
});

Deno.test("Correspondent takes any number from the server that it has used itself", async () => {
  await using stage = await settled();
  await stage.reconnect(undefined, { number: 2 ** 48 });
  sayAll(stage, "a");
  await stage.reconnect(undefined, { number: 2 ** 48 + 1 });
  assertEquals(stage.ended, undefined);
  assertEquals(stage.state.lastNumber, 2 ** 48 + 1);
});

Deno.test("Correspondent has few messages in flight, and more as they are acknowledged", async () => {
  await using stage = await settled();
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`);
  sayAll(stage, ...texts);
  assertEquals(textsOf(stage), texts.slice(0, MAX_IN_FLIGHT));
  ack(stage, stage.link.all("say")[0]?.id ?? 0);
  await settle();
  assertEquals(textsOf(stage), texts.slice(0, MAX_IN_FLIGHT + 1));
});

Deno.test("Correspondent waits as long as it is told, and sends all that was refused for its rate in order", async () => {
  await using stage = await settled();
  sayAll(stage, "a", "b", "c");
  const [a, b, c] = stage.link.all("say");
  ack(stage, a?.id ?? 0);
  refuse(stage, b?.id ?? 0, "CHAT_RATE_LIMITED", 700);
  await settle();
  sayAll(stage, "d");
  await stage.clock.pass(5_000); // not while "c" is under way
  assertEquals(textsOf(stage), ["a", "b", "c"]);
  refuse(stage, c?.id ?? 0, "CHAT_RATE_LIMITED", 700);
  await stage.clock.pass(699);
  assertEquals(textsOf(stage), ["a", "b", "c"]);
  await stage.clock.pass(1);
  assertEquals(textsOf(stage), ["a", "b", "c", "b"]); // one by one at first
  assertEquals(stage.link.last("say").number, b?.number);
  for (let at = 3; at < 6; at++) {
    ack(stage, stage.link.all("say")[at]?.id ?? 0);
    await settle();
  }
  assertEquals(textsOf(stage), ["a", "b", "c", "b", "c", "d"]);
  assertEquals(stage.state.outbox(), []);
});

Deno.test("Correspondent waits a while even when it is told a nonsensical time", async () => {
  for (const [told, waited] of [[0, 50], [2 ** 50, 60_000]] as const) {
    await using stage = await settled();
    sayAll(stage, "a");
    refuse(stage, stage.link.last("say").id, "CHAT_RATE_LIMITED", told);
    await stage.clock.pass(waited - 1);
    assertEquals(textsOf(stage), ["a"]);
    await stage.clock.pass(1);
    assertEquals(textsOf(stage), ["a", "a"]);
  }
});

Deno.test("Correspondent fails a message that is refused for good, and goes on", async () => {
  await using stage = await settled();
  const saying = stage.member.say("a");
  sayAll(stage, "b");
  refuse(stage, stage.link.all("say")[0]?.id ?? 0, "CHAT_MUTED");
  await assertRefusesLater("CHAT_MUTED", () => saying);
  await settle();
  assertEquals(stage.all("outgoing").at(-1)?.message.state, "failed");
  assertEquals(stage.all("outgoing").at(-1)?.message.why, "Cannot");
  assertEquals(stage.state.outbox()[0]?.failed, "Cannot");
  await stage.reconnect();
  assertEquals(textsOf(stage), ["b"]);
});

Deno.test("Correspondent.retry() sends a failed message under a new number, others stay", async () => {
  await using stage = await settled();
  sayAll(stage, "a", "b");
  stage.member.retry(1); // it has not failed
  stage.member.retry(99);
  refuse(stage, stage.link.all("say")[0]?.id ?? 0, "CHAT_STORE_FULL");
  await settle();
  stage.member.retry(1);
  assertEquals(stage.link.last("say").text, "a");
  assertEquals(stage.link.last("say").number, 3);
  assertEquals(stage.state.outbox().map(({ number }) => number), [2, 3]);
  assertEquals(stage.member.outgoing.map(({ state }) => state), [
    "sending",
    "sending",
  ]);
});

Deno.test("Correspondent.discard() forgets a message, whatever is answered later", async () => {
  await using stage = await settled();
  const saying = stage.member.say("a");
  sayAll(stage, "b");
  stage.member.discard(1);
  stage.member.discard(99);
  await assertRefusesLater("CHAT_MESSAGE_INVALID", () => saying, "given up");
  for (const { id } of stage.link.all("say")) ack(stage, id);
  sayAll(stage, "c");
  stage.member.discard(3);
  refuse(stage, stage.link.last("say").id, "CHAT_MUTED");
  await settle();
  assertEquals(stage.state.outbox(), []);
  assertEquals(stage.member.outgoing, []);
  assertEquals(stage.all("outgoing").at(-1)?.message.state, "sent");
  const sent = stage.all("outgoing").filter(({ message }) =>
    message.state === "sent"
  );
  assertEquals(sent.map(({ message }) => message.text), ["b"]);
  assertEquals(stage.ended, undefined);
});

Deno.test("Correspondent fails what cannot be sent to this server", async () => {
  await using stage = await settled();
  stage.link.refuseNext = new ChatError("CHAT_MESSAGE_INVALID", "Cannot: long");
  await assertRefusesLater("CHAT_MESSAGE_INVALID", () => stage.member.say("a"));
  assertEquals(stage.member.outgoing[0]?.state, "failed");
  sayAll(stage, "b");
  assertEquals(textsOf(stage), ["b"]);
});

Deno.test("Correspondent ends for another answer than was asked for", async () => {
  await using stage = await settled();
  const saying = stage.member.say("a");
  const { id } = stage.link.last("say");
  stage.link.say({ kind: "done", id, room: null });
  await assertRefusesLater("CHAT_PROTOCOL", () => saying);
  assertEquals(stage.state.outbox().length, 1);
});

Deno.test("Correspondent.say() sends nothing that could not be kept", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  const full = new ChatError("CHAT_DEVICE_FULL", "Cannot keep: full");
  state.keep = () => {
    throw full;
  };
  await using stage = new Stage({}, state);
  await stage.enter();
  await assertRefusesLater("CHAT_DEVICE_FULL", () => stage.member.say("a"));
  assertEquals(textsOf(stage), []);
  assertEquals(stage.member.outgoing, []);
});

Deno.test("Correspondent goes on when the disk is too full to forget or to fail a message", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  state.forget = state.fail = () => {
    throw new ChatError("CHAT_DEVICE_FULL", "Cannot note: full");
  };
  await using stage = new Stage({}, state);
  stage.listen();
  await stage.enter();
  const saying = stage.member.say("a");
  sayAll(stage, "b");
  const [a, b] = stage.link.all("say");
  ack(stage, a?.id ?? 0);
  refuse(stage, b?.id ?? 0, "CHAT_MUTED");
  await saying;
  await settle();
  assertEquals(stage.all("notice").length, 2);
  assertEquals(stage.member.outgoing.map(({ state }) => state), ["failed"]);
  assertEquals(stage.ended, undefined);
});

Deno.test("Correspondent fails what waits for rooms of another log, but the lobby, and sends what comes after", async () => {
  await using stage = await settled();
  sayAll(stage, "before");
  refuse(stage, stage.link.last("say").id, "CHAT_MUTED");
  stage.link.say(room(2));
  await settle();
  const saying = stage.member.say("a", 2);
  saying.catch(() => {});
  sayAll(stage, "to the lobby");
  await stage.reconnect(undefined, { log: new Uint8Array(16).fill(8) });
  await assertRefusesLater("CHAT_LOG_CHANGED", () => saying);
  assertEquals(textsOf(stage), ["to the lobby"]);
  assertEquals(
    stage.all("outgoing").map(({ message: { text, state } }) => (
      `${text} ${state}`
    )),
    [
      "before sending",
      "before failed",
      "a sending",
      "to the lobby sending",
      "a failed",
    ],
  );
  sayAll(stage, "b");
  assertEquals(textsOf(stage), ["to the lobby", "b"]);
});

Deno.test("Correspondent keeps the order when it is refused again and again", async () => {
  await using stage = new Stage();
  const stored: number[] = [];
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`);
  sayAll(stage, ...texts);
  const entering = stage.member.enter();
  await settle();
  stage.link.say(ENTERED);
  await entering;
  let budget = 5;
  let blocked = Infinity;
  for (let seen = 0; stored.length < texts.length;) {
    const message = stage.link.all("say")[seen];
    if (message === undefined) {
      await stage.clock.pass(100);
      budget = 5;
      continue;
    }
    seen += 1;
    if (message.number > blocked || budget === 0) {
      blocked = Math.min(blocked, message.number);
      refuse(stage, message.id, "CHAT_RATE_LIMITED", 100);
    } else {
      blocked = Infinity;
      budget -= 1;
      stored.push(message.number);
      ack(stage, message.id);
    }
    await settle();
  }
  assertEquals(stored, texts.map((_, i) => i + 1));
});
