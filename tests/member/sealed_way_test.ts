import type { Entry } from "../../lib/protocol/entry.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, GROUP, PlainSeals, sealed } from "./plain_seals.ts";
import { say, talking } from "./sealed_stage.ts";
import { OTHER, room, said, type Stage } from "./stage.ts";

/** What was shown of the direct room, entries by number. */
function shown(stage: Stage): string[] {
  return stage.events.flatMap((event) => {
    if ("seq" in event && event.room === 2) return [`${event.seq}`];
    const isOfRoom = "room" in event && event.room === 2;
    return isOfRoom ? [event.kind] : [];
  });
}

function position(stage: Stage): number | undefined {
  return stage.state.positions().find((each) => each.room === 2)?.seq;
}

/** Lets the sealing stand still, and something happen in the direct room. */
async function held(...messages: readonly ServerMessage[]): Promise<
  { readonly seals: PlainSeals; readonly stage: Stage }
> {
  const seals = new PlainSeals();
  const stage = await talking(seals);
  stage.follow(0);
  await settle();
  seals.stop();
  stage.link.say(...messages);
  await settle();
  return { seals, stage };
}

const passing = (seq: number): Entry => ({
  ...{ kind: "typing", room: 2, seq, at: 5, name: "bob" },
  fingerprint: OTHER,
});

Deno.test("SealedWay shows and notes what was read in its order, and nothing before", async () => {
  const { seals, stage } = await held(
    sealed(1),
    passing(1),
    sealed(2),
    said(1),
  );
  await using _ = stage;
  assertEquals(shown(stage), []);
  assertEquals(stage.all("said").map((each) => each.room), [0]);
  assertEquals(position(stage), 0);
  seals.go();
  await settle();
  assertEquals(shown(stage), ["1", "1", "2"]);
  assertEquals(position(stage), 2);
});

Deno.test("SealedWay shows what will never come behind what came before", async () => {
  const { seals, stage } = await held(sealed(1));
  await using _ = stage;
  await stage.reconnect();
  stage.link.say(room(), DIRECT);
  await settle();
  stage.follow(5, 1, 6);
  const { id } = stage.link.all("follow").at(0) ?? { id: 0 };
  assert(id > 0);
  await settle();
  assertEquals(shown(stage), []);
  seals.go();
  await settle();
  assertEquals(shown(stage), ["1", "missed"]);
  assertEquals(position(stage), 5);
});

Deno.test("SealedWay notes no position that is not reached yet when a room is followed again", async () => {
  const { seals, stage } = await held(sealed(1));
  await using _ = stage;
  await stage.reconnect();
  stage.link.say(room(), DIRECT);
  await settle();
  stage.follow(1, 1_001, 1);
  await settle();
  assertEquals(position(stage), 0);
  seals.go();
  await settle();
  assertEquals(position(stage), 1);
});

Deno.test("SealedWay shows and notes nothing of a room that was left meanwhile", async () => {
  for (const comesBack of [false, true]) {
    const { seals, stage } = await held(sealed(1));
    await using _ = stage;
    const { sealing } = seals;
    sealing.parted = (): void => {}; // one that forgets nothing
    stage.link.say({ kind: "parted", room: 2 });
    if (comesBack) stage.link.say({ ...DIRECT, seq: 7 });
    await settle();
    seals.go();
    if (!comesBack) seals.host.tell(passing(1)); // which is noted nowhere
    await settle();
    assertEquals(shown(stage), ["parted"]);
    assertEquals(position(stage), undefined);
  }
});

Deno.test("SealedWay lets the keys be when the server keeps another log", async () => {
  const { seals, stage } = await held(sealed(1));
  await using _ = stage;
  const told: string[] = [];
  const { sealing } = seals;
  sealing.parted = (): void => void told.push("parted");
  sealing.changeLog = (): void => void told.push("changeLog");
  await stage.reconnect(undefined, { log: new Uint8Array(16).fill(8) });
  assertEquals(told, ["changeLog"]);
  seals.go();
  await settle();
  assertEquals(shown(stage), ["parted"]);
});

Deno.test("Correspondent.room() waits for what is being read, but not at the end", async () => {
  const { seals, stage } = await held();
  await using _ = stage;
  seals.sealing.room = () => new Promise(() => {});
  stage.link.say(sealed(1));
  await settle();
  stage.link.say(sealed(2), said(1));
  await settle();
  assertEquals(stage.link.unread, 1);
  await stage.member.close();
});

Deno.test("Correspondent.close() disposes of its sealing, which may still tell what it has taken", async () => {
  const { seals, stage } = await held(sealed(1));
  let disposed = 0;
  seals.sealing[Symbol.asyncDispose] = async () => {
    disposed += 1;
    seals.go();
    await settle();
  };
  await stage.member.close();
  await stage.member.close();
  await settle();
  assertEquals(disposed, 1);
  assertEquals(shown(stage), ["1"]);
  assertEquals(stage.ended, { error: undefined });
});

Deno.test("Correspondent asks whoever has the keys about sealed and direct rooms", async () => {
  const { seals, stage } = await held();
  await using _ = stage;
  const { member, link } = stage;
  const asked: unknown[][] = [];
  const note = (name: string) => (...args: unknown[]): Promise<never> => {
    asked.push([name, ...args]);
    return Promise.resolve(undefined as never);
  };
  const { sealing } = seals;
  sealing.who = note("who");
  sealing.history = note("history");
  sealing.search = note("search");
  sealing.title = note("title");
  sealing.leave = note("leave");
  const before = link.sent.length;
  await member.who(2);
  await member.history(2, { before: 9, limit: 1e9 });
  await member.search("x", { room: 2 });
  await member.title("t", 2);
  assertEquals(link.sent.length, before);
  const leaving = member.leave(2);
  await settle();
  link.say({ kind: "done", id: link.last("leave").id, room: null });
  await leaving;
  assertEquals(asked, [
    ["who", 2],
    ["history", 2, { before: 9, limit: 200 }],
    ["search", 2, { words: "x", before: null }],
    ["title", "t", 2],
    ["leave", 2],
  ]);
  link.finish();
  await settle();
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => member.leave(2));
  assertEquals(asked.length, 5); // nobody is told that we go while we cannot
});

Deno.test("Correspondent tells a room again when it is described anew", async () => {
  const { seals, stage } = await held();
  await using _ = stage;
  const { sealing, host } = seals;
  sealing.describe = (info) => ({ ...info, name: "robert", topic: "tea" });
  host.described(2);
  host.described(9);
  await settle();
  assertEquals(stage.all("room").map(({ room: { name } }) => name), [
    "lobby",
    "room1",
    "room2",
    "robert",
  ]);
  assertEquals(stage.member.rooms.get(2)?.topic, "tea");
  assertEquals(host.rooms.get(2)?.name, "robert");
  stage.link.say(DIRECT); // nothing is new
  await settle();
  assertEquals(stage.all("room").length, 4);
  stage.link.say({ ...DIRECT, group: new Uint8Array(32) });
  await settle();
  assertEquals(stage.all("room").at(-1)?.room.group, new Uint8Array(32));
});

Deno.test("Acknowledged looks for what was sealed by its bytes", async () => {
  for (const isThere of [true, false]) {
    const { seals, stage } = await held();
    await using _ = stage;
    seals.go();
    await say(stage, "a");
    const { id, body } = stage.link.last("seal");
    const { self: { fingerprint } } = stage.member;
    const other = sealed(1, 2, fingerprint).body;
    const at = { room: 2, seq: 1, at: 1, name: "", fingerprint };
    stage.link.say({ kind: "ack", id, seq: 1, at: 1 });
    stage.link.say({ kind: "sealed", ...at, body: isThere ? body : other });
    await settle();
    assertEquals(stage.all("changed").length, isThere ? 0 : 1);
  }
});

Deno.test("Acknowledged knows a message by its new number", async () => {
  const { seals, stage } = await held();
  await using _ = stage;
  seals.go();
  seals.held.add(2);
  await say(stage, "a");
  await say(stage, "b", 1);
  seals.held.clear();
  seals.sealing.resume(2);
  await settle();
  const { id, number, group } = stage.link.last("seal");
  assertEquals([number, group], [3, GROUP]);
  stage.link.say({ kind: "ack", id, seq: 1, at: 1 });
  stage.link.say(sealed(1));
  await settle();
  assertEquals(stage.all("changed").length, 1);
});
