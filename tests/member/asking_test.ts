import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import { concat } from "../../lib/bytes.ts";
import { MAX_LISTED } from "../../lib/member/answers.ts";
import type { Correspondent } from "../../lib/member/correspondent.ts";
import { MAX_OUTSTANDING } from "../../lib/protocol/requests.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { cut, OTHER, room, said, settled, type Stage } from "./stage.ts";
import { ChatError } from "../../lib/errors.ts";

const KEY = new Uint8Array(32);
const BOB = {
  name: "bob",
  fingerprint: OTHER,
  since: 5,
  standing: "member",
} as const;

/** The id of the newest request. */
function newest(stage: Stage): number {
  return (stage.link.sent.at(-1) as { readonly id: number }).id;
}

/** Asks, and answers each message made with the request's id. */
async function ask<T>(
  stage: Stage,
  question: (member: Correspondent) => Promise<T>,
  ...answers: ((id: number) => ServerMessage)[]
): Promise<T> {
  const asked = question(stage.member);
  asked.catch(() => {});
  await settle();
  const id = newest(stage);
  for (const answer of answers) stage.link.say(answer(id));
  return await asked;
}

function page(
  seqs: readonly number[],
  before: number | null,
  number = 0,
): (id: number) => ServerMessage {
  const entries = concat(
    ...seqs.map((seq) => encodeServerMessage(said(seq, number))),
  );
  return (id) => ({ kind: "page", id, room: 0, before, entries });
}

Deno.test("Correspondent asks what it is asked, and returns the answer", async () => {
  await using stage = await settled();
  const done = (id: number) => ({ kind: "done", id, room: null }) as const;
  const until = 9;
  const secret = new Uint8Array(16);
  assertEquals(
    await ask(stage, (me) => me.invite(60), (id) => (
      { kind: "invitation", id, secret, until }
    )).then((made) => [made.secret, made.until]),
    [secret, until],
  );
  assertEquals(stage.link.last("invite").seconds, 60);
  await ask(stage, (me) => me.moderate("mute", "bob", 60), done);
  assertEquals(stage.link.last("moderate").seconds, 60);
  await ask(stage, (me) => me.moderate("kick", "bob"), done);
  assertEquals(stage.link.last("moderate").seconds, null);
  await ask(stage, (me) => me.title("tea", 3), (id) => (
    { kind: "ack", id, seq: 1, at: 1 }
  ));
  assertEquals(stage.link.last("title").room, 3);
  const signature = new Uint8Array(64);
  const next = { publicKey: KEY, signature, consent: signature };
  await ask(stage, (me) => me.rotate(next), done);
  assertEquals(stage.link.last("rotate").publicKey, KEY);
  await ask(stage, (me) => me.leave(3), done);
  assertEquals(stage.link.last("leave").room, 3);
  const found = await ask(stage, (me) => me.whois("bob"), (id) => (
    { kind: "identity", id, ...BOB, publicKey: KEY, address: null }
  ));
  assertEquals(found.name, "bob");
});

Deno.test("Correspondent.join() and direct() return the room that was announced", async () => {
  await using stage = await settled();
  for (const verb of ["join", "direct"] as const) {
    const info = await ask(
      stage,
      (me) => me[verb]("bob"),
      () => room(4),
      (id) => ({ kind: "done", id, room: 4 }),
    );
    assertEquals(info.name, "room4");
  }
});

Deno.test("Correspondent.join() refuses a room that was not announced", async () => {
  for (const number of [9, null]) {
    await using stage = await settled();
    await assertRefusesLater("CHAT_PROTOCOL", () =>
      ask(
        stage,
        (me) => me.join("tea"),
        (id) => ({ kind: "done", id, room: number }),
      ));
  }
});

Deno.test("Correspondent collects the pages of a list until the last", async () => {
  await using stage = await settled();
  const member = (name: string) => ({ ...BOB, name, online: true });
  const members = await ask(
    stage,
    (me) => me.who(),
    (id) => (
      { kind: "members", id, room: 0, more: true, members: [member("a")] }
    ),
    (id) => (
      { kind: "members", id, room: 0, more: false, members: [member("b")] }
    ),
  );
  assertEquals(members.map(({ name }) => name), ["a", "b"]);
  const listed = {
    room: 0,
    name: "lobby",
    topic: "",
    present: 1,
    joined: true,
  };
  assertEquals(
    await ask(stage, (me) => me.listRooms(), (id) => (
      { kind: "rooms", id, more: false, rooms: [listed] }
    )),
    [listed],
  );
  assertEquals(
    await ask(stage, (me) => me.bans(), (id) => (
      { kind: "bans", id, more: false, bans: [] }
    )),
    [],
  );
});

Deno.test("Correspondent.who() refuses a list without end, or of another room", async () => {
  const pages = (count: number, number = 0) => (id: number): ServerMessage => ({
    kind: "members",
    ...{ id, room: number, more: true },
    members: Array(count).fill({ ...BOB, online: true }),
  });
  for (
    const wrong of [
      [...Array(MAX_LISTED / 256).fill(pages(256)), pages(1)],
      [pages(0)],
      [pages(1, 1)],
    ]
  ) {
    await using stage = await settled();
    await assertRefusesLater(
      "CHAT_PROTOCOL",
      () => ask(stage, (me) => me.who(), ...wrong),
    );
  }
});

Deno.test("Correspondent.history() returns a page of what was asked for", async () => {
  await using stage = await settled();
  const found = await ask(stage, (me) => me.history(0), page([3, 4], 3));
  assertEquals(found.entries.map(({ seq }) => seq), [3, 4]);
  assertEquals(found.before, 3);
  assertEquals(stage.link.last("history").limit, 50);
  const none = await ask(
    stage,
    (me) => me.history(0, { before: 3, limit: 1e9 }),
    page([], null),
  );
  assertEquals([none.entries, none.before], [[], null]);
  assertEquals(stage.link.last("history").limit, 200);
  assertEquals(stage.link.last("history").before, 3);
});

Deno.test("Correspondent.history() refuses a page that cannot be one", async () => {
  for (
    const wrong of [
      page([3, 5], 3), // a gap
      page([4, 3], 3),
      page([3, 3], 3),
      page([7], 7), // not before
      page([8], null),
      page([0], null),
      page([3], 4), // goes on in itself
      page([3], 0),
      page([], 6), // goes on where it was
      page([3, 4, 5], 3), // more than asked
      page([3], 3, 1), // entries of another room
      (id: number): ServerMessage => (
        { kind: "page", id, room: 1, before: null, entries: new Uint8Array(0) }
      ),
      (id: number): ServerMessage => (
        { kind: "page", id, room: 0, before: null, entries: KEY }
      ),
      (id: number): ServerMessage => ({ kind: "ack", id, seq: 0, at: 0 }),
    ]
  ) {
    await using stage = await settled();
    await assertRefusesLater(
      "CHAT_PROTOCOL",
      () => ask(stage, (me) => me.history(0, { before: 6, limit: 2 }), wrong),
    );
    assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
  }
});

Deno.test("Correspondent.search() takes hits with gaps, and pages without any", async () => {
  await using stage = await settled();
  const search = (me: Correspondent) =>
    me.search("tea", { room: 0, before: 9 });
  const found = await ask(stage, search, page([3, 8], 2));
  assertEquals(found.entries.map(({ seq }) => seq), [3, 8]);
  assertEquals((await ask(stage, search, page([], 5))).before, 5);
  await assertRefusesLater(
    "CHAT_PROTOCOL",
    () => ask(stage, search, page([8, 3], 2)),
  );
});

Deno.test("Correspondent rejects with the server's refusal and when to try again", async () => {
  await using stage = await settled();
  const error = await assertRefusesLater(
    "CHAT_FORBIDDEN",
    () =>
      ask(stage, (me) => me.bans(), (id) => ({
        kind: "refused",
        ...{ id, code: "CHAT_FORBIDDEN", text: "Cannot", retryMs: 250 },
      })),
  );
  assertEquals(error.retryMs, 250);
});

Deno.test("Correspondent refuses another answer than was asked for", async () => {
  const identity = { ...BOB, publicKey: KEY, address: null };
  const ack = (id: number) => ({ kind: "ack", id, seq: 8, at: 0 }) as const;
  const other = (id: number) =>
    ({ kind: "identity", id, ...identity }) as const;
  const cases = [
    [(me: Correspondent) => me.who(), ack],
    [(me: Correspondent) => me.whois("bob"), ack],
    [(me: Correspondent) => me.bans(), ack],
    [(me: Correspondent) => me.listRooms(), ack],
    [(me: Correspondent) => me.invite(1), ack],
    [(me: Correspondent) => me.leave(1), ack],
    [(me: Correspondent) => me.moderate("op", "bob"), ack],
    [(me: Correspondent) => me.title("x"), other],
  ] as const;
  for (const [question, answer] of cases) {
    await using stage = await settled();
    await assertRefusesLater(
      "CHAT_PROTOCOL",
      () => ask<unknown>(stage, question, answer),
    );
  }
});

Deno.test("Correspondent sends nothing that no server takes", async () => {
  await using stage = await settled();
  const long = "x".repeat(600);
  const before = stage.link.sent.length;
  const cases = [
    ["CHAT_NAME_INVALID", (me: Correspondent) => me.join(long)],
    ["CHAT_NO_SUCH_MEMBER", (me: Correspondent) => me.direct(long)],
    ["CHAT_NO_SUCH_MEMBER", (me: Correspondent) => me.whois("\ud800")],
    ["CHAT_NO_SUCH_MEMBER", (me: Correspondent) => me.moderate("op", long)],
    ["CHAT_MESSAGE_INVALID", (me: Correspondent) => me.title(long)],
    [
      "CHAT_MESSAGE_INVALID",
      (me: Correspondent) => me.search(long, { room: 0 }),
    ],
  ] as const;
  for (const [code, question] of cases) {
    await assertRefusesLater(code, () => question(stage.member));
  }
  assertEquals(stage.link.sent.length, before);
});

Deno.test("Correspondent rejects requests when the connection is lost, and while it is", async () => {
  await using stage = await settled();
  const asking = stage.member.who();
  stage.link.finish(new ChatError("CHAT_IDLE", "Cannot go on"));
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => asking);
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => stage.member.who());
  await stage.reconnect(cut());
  await ask(stage, (me) => me.leave(1), (id) => (
    { kind: "done", id, room: null }
  ));
  assertEquals(stage.link.last("leave").id < 5, true); // numbered anew
});

Deno.test("Correspondent refuses more than the bound of unanswered requests", async () => {
  await using stage = await settled();
  const asking = Array.from(
    { length: MAX_OUTSTANDING },
    () => assertRejects(() => stage.member.who(), ChatError),
  );
  await assertRefusesLater("CHAT_RATE_LIMITED", () => stage.member.who());
  stage.member.say("all the same").catch(() => {});
  assertEquals(stage.link.last("say").text, "all the same");
  stage.link.finish(cut());
  await Promise.all(asking);
});
