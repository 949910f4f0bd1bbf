import type { ChatError } from "../../lib/errors.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { MAX_DISORDERS, MAX_JOINED_ROOMS } from "../../lib/member/rooms.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { settle } from "../support/virtual_clock.ts";
import { LOG, OTHER, room, said, settled, Stage } from "./stage.ts";

function passing(seq: number, room = 0): ServerMessage {
  const position = { room, seq, at: 1, name: "bob", fingerprint: OTHER };
  return { kind: "joined", ...position };
}

function seqs(stage: Stage, room = 0): number[] {
  return stage.all("said").filter((entry) => entry.room === room)
    .map(({ seq }) => seq);
}

Deno.test("Correspondent follows each room once, from the end of what it has read", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16), {
    ...{ logId: LOG, lastNumber: 0, outbox: [] },
    positions: [{ room: 4, seq: 7, at: 1_007 }],
  });
  await using stage = new Stage({}, state);
  const link = await stage.enter(room(), room(4));
  assertEquals(
    link.all("follow").map(({ room, after }) => [room, after]),
    [[0, null], [4, 7]],
  );
  link.say(room(4, { topic: "tea" }));
  await settle();
  assertEquals(link.all("follow").length, 2);
  assertEquals(stage.member.rooms.get(4)?.topic, "tea");
});

Deno.test("Correspondent tells of a room when it is new or has changed", async () => {
  await using stage = await settled();
  const peer = new Uint8Array(32).fill(5);
  const direct = room(2, { type: "direct", peer });
  stage.link.say(room(), direct, direct, room(2, { ...direct, name: "rob" }));
  await settle();
  assertEquals(
    stage.all("room").map(({ room }) => room.name),
    ["lobby", "room2", "rob"],
  );
  await stage.reconnect();
  stage.link.say(room());
  await settle();
  assertEquals(stage.all("room").length, 3);
});

Deno.test("Correspondent refuses more rooms than anybody belongs to", async () => {
  await using stage = await settled();
  for (let number = 1; number < MAX_JOINED_ROOMS; number++) {
    stage.link.say(room(number));
  }
  stage.link.say(room(3));
  await settle();
  assertEquals(stage.link.aborted, undefined);
  stage.link.say(room(MAX_JOINED_ROOMS));
  await settle();
  assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
});

Deno.test("Correspondent shows entries in order, and those without a place between them", async () => {
  await using stage = await settled();
  stage.link.say(passing(0), said(1), passing(1), said(2), passing(2));
  await settle();
  assertEquals(seqs(stage), [1, 2]);
  assertEquals(stage.all("joined").map(({ seq }) => seq), [0, 1, 2]);
});

Deno.test("Correspondent says that the order is wrong, and reads on from the last right entry", async () => {
  for (const wrong of [said(4), said(2), said(1), passing(3), passing(1)]) {
    await using stage = await settled();
    stage.link.say(said(1), said(2), wrong, said(3));
    await settle();
    assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
    assert(stage.all("notice")[0]?.text.includes("room 0"));
    assertEquals(stage.all("connection")[0]?.state, "lost");
    await stage.reconnect();
    stage.link.say(room());
    await settle();
    assertEquals(stage.link.last("follow").after, 2);
    stage.follow(2);
    stage.link.say(said(3));
    await settle();
    assertEquals(seqs(stage), [1, 2, 3]);
    assertEquals(stage.ended, undefined);
  }
});

Deno.test("Correspondent reads nothing of a room before it is told from where", async () => {
  await using stage = await settled();
  stage.link.say(room(5), said(1, 5));
  await settle();
  assertEquals(seqs(stage, 5), []);
  assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
  await stage.reconnect();
  stage.link.say(room(), said(1)); // nor because it was told so before
  await settle();
  assertEquals(seqs(stage), []);
  assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
});

Deno.test("Correspondent ends for an entry of a room it does not belong to", async () => {
  await using stage = await settled();
  stage.link.say(said(1, 5));
  await settle();
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_PROTOCOL");
});

Deno.test("Correspondent gives up when the order stays wrong", async () => {
  await using stage = await settled();
  for (let times = 1; times < MAX_DISORDERS; times++) {
    stage.link.say(said(9));
    await settle();
    assertEquals(stage.ended, undefined);
    await stage.reconnect();
    stage.link.say(room());
    await settle();
    stage.follow(0);
  }
  stage.link.say(said(9));
  await settle();
  assertEquals((stage.ended?.error as ChatError).code, "CHAT_PROTOCOL");
});

Deno.test("Correspondent does not give up as long as there is progress", async () => {
  await using stage = await settled();
  for (let seq = 1; seq < 3 * MAX_DISORDERS; seq++) {
    stage.link.say(said(seq), said(999));
    await settle();
    await stage.reconnect();
    stage.link.say(room());
    await settle();
    stage.follow(seq);
    await settle();
  }
  assertEquals(stage.ended, undefined);
});

Deno.test("Correspondent tells what is missing, and what has changed", async () => {
  const cases = [
    { after: 2, at: 1_002, event: undefined },
    { after: 2, at: 0, event: undefined },
    { after: 5, at: 1_005, event: "missed" },
    { after: 2, at: 7, event: "changed" },
    { after: 1, at: 1_001, event: "changed" },
    { after: 0, at: 0, event: "changed" },
  ] as const;
  for (const { after, at, event } of cases) {
    await using stage = await settled();
    stage.link.say(said(1), said(2));
    await settle();
    await stage.reconnect();
    stage.link.say(room());
    await settle();
    stage.follow(after, at);
    stage.link.say(said(after + 1));
    await settle();
    const told = [...stage.all("missed"), ...stage.all("changed")];
    assertEquals(told.map(({ kind }) => kind), event ? [event] : []);
    if (event === "missed") {
      assertEquals([told[0]], [{
        kind: "missed",
        room: 0,
        from: 3,
        to: after,
      }]);
    }
    assertEquals(seqs(stage), [1, 2, after + 1]);
    const position = stage.state.positions()[0];
    assertEquals(position?.seq, after + 1);
    assertEquals(stage.ended, undefined);
  }
});

Deno.test("Correspondent ends for an answer that does not fit what it follows", async () => {
  const wrong: ((id: number) => ServerMessage)[] = [
    (id) => ({ kind: "following", id, room: 1, after: 0, at: 0, seq: 0 }),
    (id) => ({ kind: "following", id, room: 0, after: 5, at: 0, seq: 4 }),
    (id) => ({ kind: "done", id, room: 0 }),
  ];
  for (const answer of wrong) {
    await using stage = new Stage();
    const link = await stage.enter(room());
    link.say(answer(link.last("follow").id));
    await settle();
    assertEquals(link.aborted?.code, "CHAT_PROTOCOL");
  }
});

Deno.test("Correspondent asks again for a room when that was too fast", async () => {
  await using stage = new Stage();
  stage.listen();
  const link = await stage.enter(room());
  const { id } = link.last("follow");
  const refusal = { kind: "refused", id, text: "" } as const;
  link.say({ ...refusal, code: "CHAT_RATE_LIMITED", retryMs: 100 });
  await stage.clock.pass(99);
  assertEquals(link.all("follow").length, 1);
  await stage.clock.pass(1);
  assertEquals(link.all("follow").length, 2);
  stage.follow(0);
  link.say(said(1));
  await settle();
  assertEquals(seqs(stage), [1]);
});

Deno.test("Correspondent says so when it may not follow a room", async () => {
  await using stage = await settled();
  stage.link.say(room(5));
  await settle();
  const { id } = stage.link.last("follow");
  const code = "CHAT_STORE_DAMAGED";
  stage.link.say({ kind: "refused", id, code, text: "", retryMs: 0 });
  await settle();
  assert(stage.all("notice")[0]?.text.includes("CHAT_STORE_DAMAGED"));
  assertEquals(stage.ended, undefined);
});

Deno.test("Correspondent asks for few rooms at once", async () => {
  await using stage = await settled();
  const before = stage.link.all("follow").length;
  for (let number = 1; number <= 20; number++) stage.link.say(room(number));
  await settle();
  assertEquals(stage.link.all("follow").length - before, 8);
  stage.follow(0);
  await settle();
  assertEquals(stage.link.all("follow").length - before, 9);
});

Deno.test("Correspondent forgets a room it does not belong to any more", async () => {
  await using stage = await settled();
  stage.link.say(room(5));
  await settle();
  stage.follow(0);
  stage.link.say(said(1, 5), { kind: "parted", room: 5 }, said(2, 5));
  stage.link.say({ kind: "parted", room: 5 });
  await settle();
  assertEquals(seqs(stage, 5), [1]);
  assertEquals(stage.all("parted"), [{ kind: "parted", room: 5 }]);
  assert(!stage.member.rooms.has(5));
  assertEquals(stage.ended, undefined);
  assertEquals(stage.state.positions().map(({ room }) => room), [0]);
  stage.link.say(room(5));
  await settle();
  assertEquals(
    stage.link.all("follow").map(({ room, after }) => [room, after]),
    [[0, null], [5, null], [5, null]],
  );
});

Deno.test("Correspondent finds out which rooms it has left meanwhile", async () => {
  await using stage = await settled();
  stage.link.say(room(5), room(6));
  await settle();
  stage.link.all("follow").slice(1).forEach(({ id, room }) => {
    stage.link.say({ kind: "following", id, room, after: 3, at: 3, seq: 3 });
  });
  await settle();
  await stage.reconnect();
  stage.link.say(room(), room(6));
  await settle();
  const { id } = stage.link.all("follow")[0] ?? { id: 0 };
  stage.link.say({ kind: "following", id, room: 0, after: 0, at: 0, seq: 0 });
  await settle();
  assertEquals(stage.all("parted"), [{ kind: "parted", room: 5 }]);
  assertEquals(stage.state.positions().map(({ room }) => room), [0, 6]);
});

Deno.test("Correspondent starts anew when the server keeps another log", async () => {
  await using stage = await settled();
  stage.link.say(room(5), said(1));
  await settle();
  const log = new Uint8Array(16).fill(8);
  await stage.reconnect(undefined, { log });
  stage.link.say(room());
  await settle();
  assertEquals(stage.link.last("follow").after, null);
  assertEquals(stage.all("changed").length, 1);
  assertEquals(stage.all("parted"), [{ kind: "parted", room: 5 }]);
  assertEquals(stage.state.logId, log);
  stage.follow(3);
  stage.link.say(said(4));
  await settle();
  assertEquals(seqs(stage), [1, 4]);
  assertEquals(stage.state.positions()[0]?.seq, 4);
});

Deno.test("Correspondent notes how far it has read once that was iterated, not before", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1), said(2), said(3));
  await settle();
  assertEquals(stage.state.positions(), []);
  const events = stage.member.events[Symbol.asyncIterator]();
  const texts: string[] = [];
  while (texts.length < 2) {
    const { value } = await events.next();
    if (value?.kind === "said") texts.push(value.text);
  }
  assertEquals(stage.state.positions()[0]?.seq, 1); // the second is looked at
  await stage.reconnect();
  stage.link.say(room());
  await settle();
  assertEquals(stage.link.last("follow").after, 3); // in memory, all of it
});

Deno.test("Correspondent notes nothing of an earlier log", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1), said(2));
  await settle();
  await stage.reconnect(undefined, { log: new Uint8Array(16).fill(8) });
  stage.link.say(room());
  await settle();
  stage.listen();
  await settle();
  assertEquals(stage.state.positions(), []);
  assertEquals(seqs(stage), [1, 2]);
});

Deno.test("Correspondent brings positions to the disk now and then, and at the end", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  let flushes = 0;
  state.flush = () => void (flushes += 1);
  const stage = new Stage({}, state);
  stage.listen();
  await stage.settleIn();
  assertEquals(flushes, 1); // a room without a position would begin anew
  stage.link.say(said(1), said(2));
  await settle();
  assertEquals(flushes, 1);
  await stage.clock.pass(1_000);
  assertEquals(flushes, 2);
  await stage.clock.pass(100_000);
  assertEquals(flushes, 2);
  stage.link.say(said(3));
  await settle();
  await stage.member.close();
  assertEquals(flushes, 3);
});

Deno.test("Correspondent goes on where a new room ended, when its first question was in vain", async () => {
  await using stage = new Stage();
  stage.listen();
  await stage.enter(room(), room(4, { seq: 7 }));
  assertEquals(stage.link.all("follow").map(({ after }) => after), [
    null,
    null,
  ]);
  await stage.reconnect();
  stage.link.say(room(), room(4, { seq: 9 }));
  await settle();
  assertEquals(stage.link.all("follow").map(({ after }) => after), [0, 7]);
  const { id } = stage.link.last("follow");
  stage.link.say({
    ...{ kind: "following", id, room: 4, after: 8, at: 1, seq: 9 },
  });
  await settle();
  const [missed] = stage.all("missed");
  assertEquals([missed?.room, missed?.from, missed?.to], [4, 8, 8]);
});

Deno.test("Correspondent leaves the state alone once it is closed", async () => {
  const stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1));
  await settle();
  await stage.member.close();
  stage.listen();
  await settle();
  assertEquals(seqs(stage), [1]);
  assertEquals(stage.state.positions(), []);
});

Deno.test("Correspondent takes in nothing more while nobody looks at its events", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  for (let seq = 1; seq <= 5_000; seq++) stage.link.say(said(seq));
  await settle();
  assert(stage.link.unread > 5_000 - 4_096);
  stage.link.finish();
  await stage.clock.pass(10_000);
  assertEquals(stage.transport.attempts, 1); // it has not read to the end
  stage.listen();
  await stage.clock.pass(10_000);
  assertEquals(stage.transport.attempts, 2);
  assertEquals(seqs(stage).length, 5_000);
});

Deno.test("Correspondent.close() ends while nobody looks at its events", async () => {
  const stage = new Stage();
  await stage.settleIn();
  for (let seq = 1; seq <= 5_000; seq++) stage.link.say(said(seq));
  await settle();
  await stage.member.close();
});

Deno.test("Correspondent brings to the disk at once what is read after its end", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  let flushed = 0;
  state.flush = () => void (flushed = state.positions()[0]?.seq ?? 0);
  await using stage = new Stage({}, state);
  await stage.settleIn();
  stage.link.say(said(1), { kind: "goodbye", why: "shutdown", text: "" });
  stage.link.finish();
  await settle();
  stage.listen();
  await settle();
  assertEquals(stage.ended, { error: undefined });
  assertEquals(flushed, 1);
  assertEquals(stage.clock.waiting, 0);
});
