import { MAX_EXPECTED } from "../../lib/member/acknowledged.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import type { MessageOfKind } from "../../lib/protocol/messages.ts";
import { assertEquals } from "../support/assert.ts";
import { settle } from "../support/virtual_clock.ts";
import { LOG, OTHER, room, said, SELF, settled, Stage } from "./stage.ts";

/** An entry of ours. */
function own(
  seq: number,
  text: string,
  more: Partial<MessageOfKind<"said">> = {},
): MessageOfKind<"said"> {
  return { ...said(seq), name: "alice", fingerprint: SELF, text, ...more };
}

/** Says something in the lobby. */
async function say(stage: Stage, text: string): Promise<void> {
  stage.member.say(text).catch(() => {});
  await settle();
}

/** Acknowledges the newest message as an entry. */
async function ack(stage: Stage, seq: number): Promise<void> {
  const { id } = stage.link.last("say");
  stage.link.say({ kind: "ack", id, seq, at: 1_000 + seq });
  await settle();
}

/** Shows entries. */
async function show(
  stage: Stage,
  ...entries: readonly MessageOfKind<"said" | "did" | "titled">[]
): Promise<void> {
  stage.link.say(...entries);
  await settle();
}

/** Follows the lobby again, over a new connection. */
async function resume(
  stage: Stage,
  { after, at = 1_000 + after, newest = after }: {
    readonly after: number;
    readonly at?: number;
    readonly newest?: number;
  },
): Promise<void> {
  await stage.reconnect();
  stage.link.say(room());
  await settle();
  stage.follow(after, at, newest);
  await settle();
}

function missing(seq: number, text: string): string {
  return `a message that the server had acknowledged as entry ${seq} is not there: "${text}"`;
}

function changes(stage: Stage): string[] {
  return stage.all("changed").map(({ text }) => text);
}

/** A member that has read up to entry 7, with this in its outbox. */
function remembering(...texts: readonly string[]): MemoryDeviceState {
  const kept = {
    kind: "say",
    room: 0,
    at: 0,
    failed: null,
    hidden: false,
  } as const;
  return new MemoryDeviceState(new Uint8Array(16), {
    ...{ logId: LOG, lastNumber: texts.length },
    outbox: texts.map((text, at) => ({ ...kept, number: at + 1, text })),
    positions: [{ room: 0, seq: 7, at: 1_007 }],
  });
}

/** Where such a member follows the lobby from entry 7 on. */
async function returned(...texts: readonly string[]): Promise<Stage> {
  const stage = new Stage({}, remembering(...texts));
  stage.listen();
  await stage.enter(room(0, { seq: 9 }));
  await settle();
  stage.follow(7, 1_007, 9);
  await settle();
  return stage;
}

Deno.test("Correspondent takes what was acknowledged, before or after its entry", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await ack(stage, 1);
  await show(stage, own(1, "a"));
  await say(stage, "b");
  await show(stage, said(2), own(3, "b"), said(4));
  await ack(stage, 3);
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent tells that another entry stands where a message was acknowledged", async () => {
  const others: (MessageOfKind<"said" | "did" | "titled">)[] = [
    said(1),
    own(1, "A"),
    own(1, "a", { fingerprint: OTHER }),
    { ...own(1, "a"), kind: "did" },
    { ...own(1, "a"), kind: "titled" },
  ];
  for (const entry of others) {
    for (const isAckFirst of [true, false]) {
      await using stage = await settled();
      await say(stage, "a");
      if (isAckFirst) await ack(stage, 1);
      await show(stage, entry);
      if (!isAckFirst) await ack(stage, 1);
      assertEquals(changes(stage), [missing(1, "a")]);
      assertEquals(stage.all("changed")[0]?.room, 0);
      assertEquals(stage.ended, undefined);
    }
  }
});

Deno.test("Correspondent knows what it does from what it says", async () => {
  await using stage = await settled();
  stage.member.act("a").catch(() => {});
  await settle();
  const { id } = stage.link.last("act");
  stage.link.say({ kind: "ack", id, seq: 1, at: 1 });
  await show(stage, { ...own(1, "a"), kind: "did" });
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent tells that one entry was acknowledged for two messages", async () => {
  for (const isAckFirst of [true, false]) {
    await using stage = await settled();
    await say(stage, "a");
    if (!isAckFirst) await show(stage, own(1, "a"));
    await ack(stage, 1);
    await say(stage, "a");
    await ack(stage, 1);
    if (isAckFirst) await show(stage, own(1, "a"));
    assertEquals(changes(stage), [missing(1, "a")]);
  }
});

Deno.test("Correspondent takes an entry for one message only, while others like it wait", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await say(stage, "a");
  await show(stage, own(1, "a"));
  for (const { id } of stage.link.all("say")) {
    stage.link.say({ kind: "ack", id, seq: 1, at: 1 });
  }
  await settle();
  assertEquals(changes(stage), [missing(1, "a")]);
});

Deno.test("Correspondent tells that a message was acknowledged as an entry from before it was said", async () => {
  await using stage = await settled();
  await show(stage, own(1, "a"));
  await say(stage, "a");
  await ack(stage, 1);
  assertEquals(changes(stage), [missing(1, "a")]);
  await using other = await returned();
  await say(other, "a");
  await ack(other, 3);
  assertEquals(changes(other), [missing(3, "a")]);
  await using early = new Stage({}, remembering());
  early.listen();
  await early.enter(room(0, { seq: 7 }));
  await say(early, "a");
  await ack(early, 3);
  early.follow(7);
  await settle();
  assertEquals(changes(early), [missing(3, "a")]);
});

Deno.test("Correspondent tells that one like it from before was acknowledged again", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await say(stage, "b");
  await show(stage, own(1, "a"), own(2, "a"));
  const [a, b] = stage.link.all("say");
  stage.link.say({ kind: "ack", id: a?.id ?? 0, seq: 1, at: 1 });
  await say(stage, "a");
  await ack(stage, 2);
  stage.link.say({ kind: "ack", id: b?.id ?? 0, seq: 3, at: 1 });
  await show(stage, own(3, "b"));
  assertEquals(changes(stage), [missing(2, "a")]);
});

Deno.test("Correspondent tells that a log ends before what was acknowledged", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await ack(stage, 1);
  await resume(stage, { after: 0, at: 0 });
  assertEquals(changes(stage), [missing(1, "a")]);
  await resume(stage, { after: 0, at: 0 });
  assertEquals(changes(stage).length, 1);
});

Deno.test("Correspondent looks for what was acknowledged over the next connections", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await ack(stage, 1);
  await say(stage, "b");
  await ack(stage, 2);
  await resume(stage, { after: 0, at: 0, newest: 3 });
  await show(stage, own(1, "a"));
  await resume(stage, { after: 1, newest: 3 });
  assertEquals(changes(stage), []);
  await show(stage, said(2));
  assertEquals(changes(stage), [missing(2, "b")]);
});

Deno.test("Correspondent finds what it sends again among what it has taken", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await show(stage, own(1, "a"), said(2));
  await stage.reconnect();
  await ack(stage, 1);
  stage.link.say(room());
  await settle();
  stage.follow(2);
  await settle();
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent judges what it sends again once it follows the room", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await show(stage, said(1), said(2));
  await stage.reconnect();
  await ack(stage, 2);
  assertEquals(changes(stage), []);
  stage.link.say(room());
  await settle();
  stage.follow(2);
  await settle();
  assertEquals(changes(stage), [missing(2, "a")]);
});

Deno.test("Correspondent does not judge by what was read before it started, nor under which key it was said", async () => {
  await using stage = await returned("a", "b");
  const [a, b] = stage.link.all("say");
  stage.link.say({ kind: "ack", id: a?.id ?? 0, seq: 5, at: 1 });
  await show(stage, own(8, "b", { fingerprint: OTHER }));
  stage.link.say({ kind: "ack", id: b?.id ?? 0, seq: 8, at: 1 });
  await settle();
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent tells that what waited before it started is not there", async () => {
  await using stage = await returned("a");
  await show(stage, said(8));
  await ack(stage, 8);
  assertEquals(changes(stage), [missing(8, "a")]);
});

Deno.test("Correspondent does not miss what is not kept any more", async () => {
  await using stage = await settled();
  await say(stage, "a");
  await ack(stage, 1);
  await say(stage, "b");
  await resume(stage, { after: 5, newest: 6 });
  await ack(stage, 2);
  assertEquals(stage.all("missed").length, 1);
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent misses nothing in a room that it has left, or in another log", async () => {
  await using stage = await settled();
  stage.link.say(room(5));
  await settle();
  stage.follow(0);
  stage.member.say("a", 5).catch(() => {});
  await settle();
  await ack(stage, 1);
  stage.link.say({ kind: "parted", room: 5 }, room(5));
  await settle();
  stage.follow(0);
  stage.link.say({ ...said(1), room: 5 });
  await say(stage, "b");
  await ack(stage, 1);
  await settle();
  assertEquals(changes(stage), []);
  await stage.reconnect(undefined, { log: new Uint8Array(16).fill(8) });
  stage.link.say(room());
  await settle();
  stage.follow(0);
  await show(stage, said(1));
  assertEquals(changes(stage), ["the server keeps another log than before"]);
});

Deno.test("Correspondent does not judge what was stored in another log before it follows that", async () => {
  const log = new Uint8Array(16).fill(8);
  const others = [{ entered: { log }, at: 1_009 }, { entered: {}, at: 9 }];
  for (const { entered, at } of others) {
    await using stage = await settled();
    await show(stage, ...Array.from({ length: 9 }, (_, at) => said(at + 1)));
    await say(stage, "a");
    await stage.reconnect(undefined, entered);
    await ack(stage, 5);
    stage.link.say(room());
    await settle();
    stage.follow(9, at, 12);
    await settle();
    assertEquals(stage.all("changed").length, 1);
  }
});

Deno.test("Correspondent does not take an entry of the log before for one of this", async () => {
  const log = new Uint8Array(16).fill(8);
  for (const entered of [{ log }, {}]) {
    await using stage = await settled();
    await say(stage, "a");
    await show(stage, own(1, "a"));
    await stage.reconnect(undefined, entered);
    stage.link.say(room());
    await settle();
    stage.follow(0, 0, 1);
    await settle();
    await ack(stage, 1);
    await show(stage, said(1));
    assertEquals(changes(stage).slice(1), [missing(1, "a")]);
  }
});

Deno.test("Correspondent finds what waits in a log that is older than what it has read", async () => {
  await using stage = await settled();
  await show(stage, ...Array.from({ length: 9 }, (_, at) => said(at + 1)));
  await say(stage, "a");
  await stage.reconnect();
  await ack(stage, 5);
  stage.link.say(room());
  await settle();
  stage.follow(4, 1_004, 5);
  await show(stage, own(5, "a"));
  assertEquals(changes(stage), [
    "it ends at entry 5, but entry 9 was read",
  ]);
});

Deno.test("Correspondent does not look for what it has given up or what has failed", async () => {
  await using stage = await settled();
  await say(stage, "a");
  stage.member.discard(1);
  await ack(stage, 1);
  await show(stage, said(1));
  assertEquals(changes(stage), []);
});

Deno.test("Correspondent looks for so many messages, the newest ones", async () => {
  await using stage = await settled();
  for (let at = 0; at <= MAX_EXPECTED; at++) {
    await say(stage, `${at}`);
    await ack(stage, at + 1);
  }
  await resume(stage, { after: 0, at: 0 });
  assertEquals(stage.all("changed").length, MAX_EXPECTED);
  assertEquals(changes(stage)[0], missing(2, "1"));
});

Deno.test("Correspondent does not judge by entries that it cannot remember", async () => {
  await using stage = await settled();
  await say(stage, "a");
  for (let seq = 1; seq <= MAX_EXPECTED + 1; seq++) {
    await show(stage, own(seq, "a"));
  }
  await ack(stage, 1);
  assertEquals(changes(stage), []);
});
