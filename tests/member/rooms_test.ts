import type { ChatError } from "../../lib/errors.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { MAX_JOINED_ROOMS } from "../../lib/member/joined_rooms.ts";
import { MAX_DISORDERS } from "../../lib/member/rooms.ts";
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

Deno.test("Correspondent does not ask for what was said before a room was new to it, unless told to", async () => {
  await using stage = new Stage({ past: false });
  stage.listen();
  const link = await stage.enter(room(0, { seq: 70 }));
  await settle();
  assertEquals(link.last("follow").after, 70);
  stage.follow(70);
  link.say(said(71));
  await settle();
  assertEquals(seqs(stage), [71]);
  assertEquals(stage.all("changed"), []);
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

Deno.test("Correspondent does not tell what passed while it was away, but how far others are", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16), {
    ...{ logId: LOG, lastNumber: 0, outbox: [] },
    positions: [{ room: 0, seq: 7, at: 1_007 }],
  });
  await using stage = new Stage({}, state);
  stage.listen();
  const link = await stage.enter(room(0, { seq: 8 }));
  await settle();
  stage.follow(7, 1_007, 8);
  const marks = { ...passing(7), kind: "marks", delivered: 7, read: 7 };
  link.say(passing(7), marks as ServerMessage, said(8), passing(8));
  await settle();
  assertEquals(stage.all("joined").map(({ seq }) => seq), [8]);
  assertEquals(stage.all("marks").map(({ seq }) => seq), [7]);
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
