import { ChatError } from "../../lib/errors.ts";
import type { KeptEntry } from "../../lib/protocol/entry.ts";
import type { LocalRequest, Request } from "../../lib/ui/request.ts";
import { answer } from "../../lib/ui/answer.ts";
import { carryOut, lookAround } from "../../lib/ui/carry_out.ts";
import {
  type LinkSecrets,
  Scene,
  type SceneOptions,
} from "../../lib/ui/scene.ts";
import { type Line, toPlain } from "../../lib/ui/style.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  directRoom,
  FakeConversation,
  openRoom,
} from "../support/fake_conversation.ts";
import { member, NOON, said } from "../support/people.ts";

const bob = member("bob", "Qm2d");
const failed = {
  number: 4,
  kind: "say",
  room: 0,
  text: "hi",
  at: NOON,
  state: "failed",
  why: null,
} as const;

const END =
  "   -- Nothing older is kept of #lobby; /history again begins with the newest";

class Stand {
  readonly conversation = new FakeConversation();
  readonly scene: Scene;

  constructor(options: SceneOptions = {}) {
    this.conversation.rooms.set(1, openRoom(1, "dev", "code"));
    const zone = { timeZone: "UTC", ...options };
    this.scene = new Scene(this.conversation, zone, { now: () => NOON });
  }

  async ask(request: Request): Promise<string[]> {
    const { room } = this.scene.views.current;
    return texts(await carryOut(request, room, this.scene));
  }

  answer(request: LocalRequest): string[] {
    return texts(answer(request, this.scene));
  }
}

Deno.test("carryOut() joins a room and goes there", async () => {
  const stand = new Stand();
  assertEquals(await stand.ask({ kind: "join", name: "new" }), [
    "── #new ──",
  ]);
  assertEquals(stand.scene.views.current.label, "#new");
  assertEquals(await stand.ask({ kind: "join", name: "new" }), []);
  assertEquals(await stand.ask({ kind: "join", name: "dev" }), [
    "── #dev · code · 2 people ──",
  ]);
  assertEquals(stand.conversation.asked, ["join new", "who in 2", "who in 1"]);
});

Deno.test("lookAround() says that a room was made, when nobody and nothing is in it", async () => {
  const join = { kind: "join", name: "new" } as const;
  for (const [members, entries] of [[1, 0], [2, 0], [1, 1]] as const) {
    const { conversation, scene } = new Stand();
    conversation.members = conversation.members.slice(0, members);
    conversation.kept = kept(entries);
    await carryOut(join, 0, scene);
    assertEquals(
      texts(await lookAround(join, scene)),
      members + entries === 1
        ? ["   -- You made #new, which anybody may join"]
        : [],
    );
    const { length } = conversation.asked;
    assertEquals(await lookAround(join, scene), []); // once
    assertEquals(conversation.asked.length, length);
  }
});

Deno.test("lookAround() tells of no refusal: nobody has asked", async () => {
  const { conversation, scene } = new Stand();
  const join = { kind: "join", name: "new" } as const;
  conversation.members = [conversation.self];
  await carryOut(join, 0, scene);
  await scene.learn(scene.views.lobby);
  conversation.history = (): Promise<never> => (
    Promise.reject(new ChatError("CHAT_RATE_LIMITED", "Cannot take more"))
  );
  assertEquals(await lookAround(join, scene), []);
});

Deno.test("carryOut() asks the server whose a name is, and goes by what it knows without", async () => {
  const stand = new Stand();
  const { conversation, scene } = stand;
  scene.views.add(directRoom(2, bob));
  await stand.ask({ kind: "tell", subject: "bob", text: "a" });
  assertEquals(conversation.asked, ["direct bob", "say a in 2"]);
  const lost = {
    kind: "connection",
    state: "lost",
    text: "",
    retryMs: 1,
  } as const;
  scene.show(lost);
  await stand.ask({ kind: "tell", subject: "bob", text: "b" });
  await stand.ask({ kind: "tell", subject: "alice", text: "c" });
  assertEquals(conversation.asked.slice(2), [
    "say b in 2",
    "direct alice",
    "say c in 3",
  ]);
});

Deno.test("carryOut() goes to the room of us and somebody, or says something there", async () => {
  const stand = new Stand();
  const { conversation, scene } = stand;
  await stand.ask({ kind: "tell", subject: "bob", text: "psst" });
  assertEquals(conversation.asked, ["direct bob", "say psst in 2"]);
  assertEquals(conversation.noted, ["read 2"]);
  assertEquals(scene.views.current.label, "#lobby");
  assertEquals(await stand.ask({ kind: "direct", subject: "bob" }), [
    "── @bob ──",
  ]);
});

Deno.test("carryOut() leaves a room, but never the lobby", async () => {
  const stand = new Stand({ room: 1 });
  assertEquals(await stand.ask({ kind: "leave" }), [
    "   -- You are not in #dev any more",
    "── #lobby ──",
  ]);
  assertEquals(await stand.ask({ kind: "leave" }), [
    "   -- Everybody is in the lobby; /quit leaves the server",
  ]);
  assertEquals(stand.conversation.asked, ["leave 1"]);
});

Deno.test("carryOut() asks in the room where it was asked", async () => {
  const stand = new Stand();
  const where = { kind: "title", text: "tea" } as const;
  await carryOut(where, 1, stand.scene);
  await carryOut({ kind: "who" }, 1, stand.scene);
  await carryOut({ kind: "search", words: "x" }, 1, stand.scene);
  assertEquals(stand.conversation.asked, [
    "title tea in 1",
    "who in 1",
    "search x newest in 1",
  ]);
});

Deno.test("carryOut() moderates, and lists who was", async () => {
  const stand = new Stand();
  const mute = { kind: "moderate", verb: "mute", subject: "bob" } as const;
  assertEquals(await stand.ask({ ...mute, seconds: 60 }), []);
  await stand.ask({ ...mute, verb: "op", seconds: null });
  assertEquals(stand.conversation.asked, ["mute bob 60", "op bob"]);
  assertEquals(await stand.ask({ kind: "bans" }), [
    "   -- Nobody is muted or banned",
  ]);
});

Deno.test("carryOut() shows an invitation as a link, when it knows the address", async () => {
  const invite = { kind: "invite", seconds: 3_600 } as const;
  const secret = "A".repeat(22);
  const until = "   -- This admits one new person, until 2026-03-03 13:03:";
  assertEquals(await new Stand().ask(invite), [
    until,
    `      chat connect '#invite=${secret}'`,
  ]);
  const linkFor = ({ invitation }: LinkSecrets = {}): string =>
    `chat://x/${invitation?.length}`;
  assertEquals(await new Stand({ linkFor }).ask(invite), [
    until,
    "      chat connect 'chat://x/16'",
  ]);
});

Deno.test("carryOut() reads back from before what was shown, page by page", async () => {
  const stand = new Stand();
  const { conversation, scene } = stand;
  conversation.kept = kept(5);
  scene.show(said(bob, "m5", { seq: 5 }));
  const page = { kind: "history", count: 2 } as const;
  assertEquals(await stand.ask(page), [
    "── earlier in #lobby ──",
    "12:03 bob·Qm2d: m3",
    "12:03 bob·Qm2d: m4",
    "── now; /history goes on ──",
  ]);
  assertEquals(
    (await stand.ask(page)).at(-1),
    "── now; nothing older is kept ──",
  );
  assertEquals(await stand.ask(page), [END]);
  assertEquals((await stand.ask(page))[2], "12:03 bob·Qm2d: m5");
  assertEquals(conversation.asked, [
    "history 5 2",
    "history 3 2",
    "history newest 2",
  ]);
});

Deno.test("carryOut() reads the newest where nothing was shown yet", async () => {
  const stand = new Stand();
  const page = { kind: "history", count: null } as const;
  assertEquals(await stand.ask(page), ["   -- Nothing is kept of #lobby"]);
  assertEquals(stand.conversation.asked, ["history newest 20"]);
});

Deno.test("carryOut() says that nothing is before what was shown", async () => {
  const stand = new Stand();
  stand.scene.show(said(bob, "m1", { seq: 1 }));
  const all = { kind: "history", count: null } as const;
  assertEquals(await stand.ask(all), [END]);
  await stand.ask(all);
  assertEquals(stand.conversation.asked, ["history 1 20", "history newest 20"]);
});

Deno.test("carryOut() finds words, and goes on when they are the same", async () => {
  const stand = new Stand();
  stand.conversation.kept = kept(3);
  const search = { kind: "search", words: "m" } as const;
  assertEquals(await stand.ask(search), [
    '── "m" in #lobby ──',
    "12:03 bob·Qm2d: m2",
    "12:03 bob·Qm2d: m3",
    "── now; the same again goes on ──",
  ]);
  assertEquals(await stand.ask(search), [
    '── "m" in #lobby ──',
    "12:03 bob·Qm2d: m1",
    "── now; no more was found ──",
  ]);
  assertEquals(await stand.ask(search), ['   -- No more of "m" in #lobby']);
  await stand.ask(search);
  await stand.ask({ ...search, words: "n" });
  assertEquals(stand.conversation.asked, [
    "search m newest",
    "search m 2",
    "search m newest",
    "search n newest",
  ]);
});

Deno.test("carryOut() says when words are not found", async () => {
  const stand = new Stand();
  assertEquals(await stand.ask({ kind: "search", words: "a\x1b[2Jb" }), [
    '   -- "ab" was not found in #lobby',
  ]);
});

Deno.test("answer() goes to a room that we belong to", () => {
  const stand = new Stand();
  stand.scene.views.add(directRoom(2, bob));
  const go = (name: string): string[] => stand.answer({ kind: "room", name });
  assertEquals(go("dev"), ["── #dev · code ──"]);
  assertEquals(go("@bob"), ["── @bob ──"]);
  assertEquals(go("no\x1b[2Jne"), [
    "   -- You are not in #none; /join ROOM goes there",
  ]);
  assertEquals(go("@eve"), [
    "   -- You have not talked with @eve; /msg NAME does that",
  ]);
  assertEquals(go("&plans"), [
    "   -- You are not in &plans; /open LINK goes there",
  ]);
  stand.conversation.sealed.kept.set("plans", [new Uint8Array(32)]);
  assertEquals(go("&plans"), [
    "   -- You are not in &plans any more, but have its keys; /join &plans goes there",
  ]);
});

Deno.test("answer() tells the topic and the link", () => {
  const topic = { kind: "topic" } as const;
  assertEquals(new Stand().answer(topic), ["   -- #lobby has no topic"]);
  assertEquals(new Stand({ room: 1 }).answer(topic), ["   -- #dev: code"]);
  const link = { kind: "link" } as const;
  assert(new Stand().answer(link)[0]?.includes("Nobody told this program"));
  assertEquals(new Stand({ linkFor: () => "chat://x/" }).answer(link), [
    "   -- Hand this out:",
    "      chat connect 'chat://x/'",
  ]);
});

Deno.test("answer() sends failed messages again, or gives them up", () => {
  const stand = new Stand();
  const { conversation } = stand;
  const retry = { kind: "retry", number: null } as const;
  assertEquals(stand.answer(retry), ["   -- Nothing has failed"]);
  conversation.outgoing = [
    failed,
    { ...failed, number: 5 },
    { ...failed, number: 6, state: "sending" },
  ];
  assertEquals(stand.answer(retry), []);
  assertEquals(stand.answer({ ...retry, number: 5 }), []);
  assertEquals(stand.answer({ ...retry, number: 6 }), [
    "   -- No message 6 has failed; see /outbox",
  ]);
  assertEquals(stand.answer({ kind: "discard", number: 6 }), [
    "   -- Message 6 is given up",
  ]);
  assertEquals(stand.answer({ kind: "discard", number: 6 }), [
    "   -- No message 6 waits; see /outbox",
  ]);
  assertEquals(conversation.asked, [
    "retry 4",
    "retry 5",
    "retry 5",
    "discard 6",
  ]);
  assertEquals(stand.answer({ kind: "outbox" }).length, 3);
});

function kept(count: number): KeptEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const { name, fingerprint } = bob;
    const at = { room: 0, seq: index + 1, at: NOON, name, fingerprint };
    return { ...at, kind: "said", text: `m${index + 1}` };
  });
}

function texts(lines: readonly Line[]): string[] {
  return lines.map(({ spans }) => toPlain(spans));
}
