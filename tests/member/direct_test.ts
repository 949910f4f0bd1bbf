import { TYPING_MS } from "../../lib/member/typing.ts";
import { standingAfter } from "../../lib/member/standing.ts";
import type { Bytes } from "../../lib/bytes.ts";
import type { Verb } from "../../lib/protocol/entry.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assertEquals } from "../support/assert.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, PlainSeals, sealed } from "./plain_seals.ts";
import { OTHER, room, said, SELF, settled, type Stage } from "./stage.ts";

/** A stage with a direct room that is followed. */
async function talking(seals = new PlainSeals()): Promise<Stage> {
  const stage = await settled({ sealing: seals.make });
  stage.link.say(DIRECT);
  await settle();
  stage.follow(0);
  await settle();
  return stage;
}

function marks(stage: Stage): string[] {
  return stage.link.all("mark").map(({ room, delivered, read }) => (
    `${room}: ${delivered} ${read}`
  ));
}

function answerMark(stage: Stage): void {
  const { id } = stage.link.last("mark");
  stage.link.say({ kind: "done", id, room: null });
}

Deno.test("Correspondent tells what has arrived, one mark of a room at a time", async () => {
  await using stage = await talking();
  stage.link.say(sealed(1), sealed(2));
  await settle();
  assertEquals(marks(stage), ["2: 1 0"]);
  stage.link.say(sealed(3));
  await settle();
  assertEquals(marks(stage), ["2: 1 0"]);
  answerMark(stage);
  await settle();
  assertEquals(marks(stage), ["2: 1 0", "2: 3 0"]);
  answerMark(stage);
  await settle();
  assertEquals(marks(stage).length, 2);
});

Deno.test("Correspondent tells that something has arrived once it can be read", async () => {
  const seals = new PlainSeals();
  await using stage = await talking(seals);
  seals.stop();
  const unreadable = { ...sealed(2), body: new Uint8Array([1]) };
  stage.link.say(sealed(1), unreadable);
  await settle();
  assertEquals(marks(stage), []);
  seals.go();
  await settle();
  assertEquals(marks(stage), ["2: 1 0"]);
  stage.member.read(2);
  answerMark(stage);
  await settle();
  assertEquals(marks(stage).at(-1), "2: 1 1");
});

Deno.test("Correspondent.read() tells what was shown, once", async () => {
  await using stage = await talking();
  stage.link.say(sealed(1));
  await settle();
  answerMark(stage);
  stage.member.read(2);
  stage.member.read(2);
  await settle();
  assertEquals(marks(stage), ["2: 1 0", "2: 1 1"]);
  answerMark(stage);
  stage.member.read(2);
  stage.member.read(0); // no room of two
  await settle();
  assertEquals(marks(stage).length, 2);
});

Deno.test("Correspondent marks neither what it said itself nor open rooms", async () => {
  await using stage = await talking();
  stage.link.say(sealed(1, 2, SELF), said(1));
  await settle();
  stage.member.read(2);
  stage.member.read(0);
  assertEquals(marks(stage), []);
});

Deno.test("Correspondent repeats a mark that was too fast or was lost", async () => {
  await using stage = await talking();
  stage.link.say(sealed(1));
  await settle();
  const { id } = stage.link.last("mark");
  const code = "CHAT_RATE_LIMITED";
  stage.link.say({ kind: "refused", id, code, text: "", retryMs: 100 });
  await stage.clock.pass(100);
  assertEquals(marks(stage), ["2: 1 0", "2: 1 0"]);
  await stage.reconnect();
  stage.link.say(room(), DIRECT);
  await settle();
  assertEquals(marks(stage), ["2: 1 0"]);
});

Deno.test("Correspondent gives up a mark that is refused", async () => {
  await using stage = await talking();
  stage.link.say(sealed(1));
  await settle();
  const { id } = stage.link.last("mark");
  const code = "CHAT_FORBIDDEN";
  stage.link.say({ kind: "refused", id, code, text: "", retryMs: 0 });
  await stage.clock.pass(1_000);
  assertEquals(marks(stage).length, 1);
});

Deno.test("Correspondent.typing() tells it now and then, where we are", async () => {
  await using stage = await settled();
  const { member, clock, link } = stage;
  for (const number of [0, 0, 9]) member.typing(number);
  assertEquals(link.all("type").map(({ room }) => room), [0]);
  await clock.pass(TYPING_MS - 1);
  member.typing(0);
  assertEquals(link.all("type").length, 1);
  await clock.pass(1);
  member.typing(0);
  assertEquals(link.all("type").length, 2);
  const [first, second] = link.all("type").map(({ id }) => id);
  const code = "CHAT_RATE_LIMITED";
  link.say({ kind: "done", id: first ?? 0, room: null });
  link.say({ kind: "refused", id: second ?? 0, code, text: "", retryMs: 1 });
  link.finish();
  await settle();
  await clock.pass(0);
  member.typing(0);
  assertEquals(stage.ended, undefined);
});

function moderated(
  verb: Verb,
  target: Bytes | null,
  seq = 0,
): ServerMessage {
  const position = { room: 0, seq, at: 1, name: "eve", fingerprint: OTHER };
  const rest = { subject: "alice", target, until: null };
  return { kind: "moderated", ...position, verb, ...rest };
}

Deno.test("Correspondent learns what it may from what is done to it", async () => {
  await using stage = await settled();
  stage.link.say(moderated("op", OTHER), moderated("op", null));
  await settle();
  assertEquals(stage.member.standing, "member");
  stage.link.say(moderated("op", SELF), moderated("op", SELF));
  stage.link.say(moderated("deop", SELF), moderated("mute", SELF));
  await settle();
  assertEquals(
    stage.all("standing").map(({ standing }) => standing),
    ["operator", "member", "muted"],
  );
  await stage.reconnect(undefined, { standing: "owner" });
  assertEquals(stage.all("standing").at(-1)?.standing, "owner");
});

Deno.test("Correspondent does not go by what was done to it before it entered", async () => {
  await using stage = await settled();
  await stage.reconnect(undefined, { standing: "operator" });
  stage.link.say(room());
  await settle();
  stage.follow(0, 0, 1);
  stage.link.say(moderated("mute", SELF), said(1));
  await settle();
  assertEquals(stage.member.standing, "operator");
  stage.link.say(moderated("mute", SELF, 1));
  await settle();
  assertEquals(stage.member.standing, "muted");
});

Deno.test("Correspondent is not muted any more once it is heard again", async () => {
  await using stage = await settled();
  const { member, link } = stage;
  void member.say("before");
  link.say(moderated("mute", SELF));
  link.say({ kind: "ack", id: link.last("say").id, seq: 1, at: 1 });
  await settle();
  assertEquals(member.standing, "muted");
  void member.say("after");
  link.say({ kind: "ack", id: link.last("say").id, seq: 2, at: 1 });
  await settle();
  assertEquals(member.standing, "member");
});

Deno.test("Correspondent knows that it is muted once it is refused to speak", async () => {
  for (const code of ["CHAT_MUTED", "CHAT_STORE_FULL"] as const) {
    await using stage = await settled();
    stage.member.say("a").catch(() => {});
    void stage.member.say("b");
    const [a, b] = stage.link.all("say");
    const refused = { kind: "refused", code, text: "", retryMs: 0 } as const;
    stage.link.say({ ...refused, id: a?.id ?? 0 });
    await settle();
    const told = stage.all("standing").map(({ standing }) => standing);
    assertEquals(told, code === "CHAT_MUTED" ? ["muted"] : []);
    // What it said before does not end it, what it says afterwards does.
    stage.link.say({ kind: "ack", id: b?.id ?? 0, seq: 1, at: 1 });
    await settle();
    assertEquals(stage.all("standing").length, told.length);
    void stage.member.say("c");
    const { id } = stage.link.last("say");
    stage.link.say(said(1), { kind: "ack", id, seq: 2, at: 1 });
    await settle();
    assertEquals(stage.member.standing, "member");
  }
});

Deno.test("Correspondent does not believe that an owner is muted", async () => {
  await using stage = await settled();
  await stage.reconnect(undefined, { standing: "owner" });
  stage.member.say("a").catch(() => {});
  const { id } = stage.link.last("say");
  const refused = { kind: "refused", code: "CHAT_MUTED", text: "" } as const;
  stage.link.say({ ...refused, id, retryMs: 0 });
  await settle();
  assertEquals(stage.member.standing, "owner");
});

Deno.test("standingAfter() changes nobody's standing but those that a verb can reach", () => {
  const cases = [
    ["owner", "mute", "owner"],
    ["owner", "deop", "owner"],
    ["operator", "mute", "muted"],
    ["operator", "deop", "member"],
    ["operator", "unmute", "operator"],
    ["member", "deop", "member"],
    ["member", "mute", "muted"],
    ["member", "unmute", "member"],
    ["muted", "unmute", "member"],
    ["muted", "deop", "muted"],
    ["muted", "op", "operator"],
    ["member", "kick", "member"],
    ["muted", "ban", "muted"],
    ["muted", "unban", "muted"],
  ] as const;
  for (const [before, verb, after] of cases) {
    assertEquals(standingAfter(before, verb), after, `${before} ${verb}`);
  }
});
