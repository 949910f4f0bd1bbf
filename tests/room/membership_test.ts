import { ChatError } from "../../lib/errors.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { MAX_OUTSTANDING } from "../../lib/protocol/requests.ts";
import { MAX_MEMBERS, Membership } from "../../lib/room/membership.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefuses, assertRefusesLater } from "../support/refusal.ts";

const FINGERPRINT = new Uint8Array(32);
const ENTERED = {
  kind: "entered",
  name: "alice",
  serverName: "garden",
  motd: "hi",
  room: 0,
  roomName: "lobby",
  seq: 7,
  present: 2,
} as const;

function said(seq: number, room = 0): ServerMessage {
  const position = { room, seq, at: 0, name: "bob" };
  return { kind: "said", ...position, fingerprint: FINGERPRINT, text: "x" };
}

/** A membership and what it sends. */
function member(): { membership: Membership; sent: ClientMessage[] } {
  const sent: ClientMessage[] = [];
  const membership = new Membership({
    fingerprint: FINGERPRINT,
    send: (message) => void sent.push(message),
    close: () => Promise.resolve(),
  });
  return { membership, sent };
}

/** One that has entered. */
async function entered(): Promise<ReturnType<typeof member>> {
  const { membership, sent } = member();
  const entering = membership.enter({ name: "alice" });
  membership.take(ENTERED);
  await entering;
  sent.length = 0;
  return { membership, sent };
}

Deno.test("Membership.enter() resolves when the server grants a name", async () => {
  const { membership } = await entered();
  assertEquals(membership.self.name, "alice");
  assertEquals(membership.serverName, "garden");
  assertEquals([membership.motd, membership.present], ["hi", 2]);
});

Deno.test("Membership.take() refuses an entry that is not the next of the log", async () => {
  for (const seq of [7, 9, 0]) {
    const { membership } = await entered();
    assertRefuses("CHAT_PROTOCOL", () => membership.take(said(seq)));
  }
  const { membership } = await entered();
  membership.take(said(8));
  assertRefuses("CHAT_PROTOCOL", () => membership.take(said(8)));
});

Deno.test("Membership.take() refuses an entry of another room", async () => {
  const { membership } = await entered();
  assertRefuses("CHAT_PROTOCOL", () => membership.take(said(8, 1)));
  const elsewhere = member().membership;
  elsewhere.take({ ...ENTERED, room: 1 });
  assertRefuses("CHAT_PROTOCOL", () => elsewhere.take(said(8, 0)));
  elsewhere.take(said(8, 1));
});

Deno.test("Membership.take() refuses entries before and entering twice", async () => {
  const { membership } = member();
  assertRefuses("CHAT_PROTOCOL", () => membership.take(said(1)));
  const joined = await entered();
  assertRefuses("CHAT_PROTOCOL", () => joined.membership.take(ENTERED));
});

Deno.test("Membership.take() refuses a second question for the name before the first is answered", () => {
  const { membership } = member();
  const wanted = {
    kind: "name_wanted",
    why: "needed",
    text: "Choose",
    suggestion: null,
  } as const;
  void membership.enter({ askName: () => new Promise(() => {}) });
  membership.take(wanted);
  assertRefuses("CHAT_PROTOCOL", () => membership.take(wanted));
  assertRefuses("CHAT_PROTOCOL", () => membership.take(ENTERED));
});

Deno.test("Membership.take() refuses an answer that nobody asked for", async () => {
  const { membership } = await entered();
  const ack = { kind: "ack", id: 1, seq: 8, at: 0 } as const;
  assertRefuses("CHAT_PROTOCOL", () => membership.take(ack));
  const saying = membership.say("hello");
  membership.take(ack);
  await saying;
  assertRefuses("CHAT_PROTOCOL", () => membership.take(ack));
});

Deno.test("Membership.say() rejects with the server's refusal and when to try again", async () => {
  const { membership } = await entered();
  const saying = membership.say("hello");
  membership.take({
    kind: "refused",
    id: 1,
    code: "CHAT_RATE_LIMITED",
    text: "Cannot say: too fast",
    retryMs: 250,
  });
  const error = await assertRefusesLater("CHAT_RATE_LIMITED", () => saying);
  assertEquals(error.retryMs, 250);
});

Deno.test("Membership.say() refuses what no server takes without sending it", async () => {
  const { membership, sent } = await entered();
  for (const text of ["", " \n", "\x07", "\ud800", "x".repeat(16_385)]) {
    await assertRefusesLater(
      "CHAT_MESSAGE_INVALID",
      () => membership.say(text),
    );
    await assertRefusesLater(
      "CHAT_MESSAGE_INVALID",
      () => membership.act(text),
    );
  }
  assertEquals(sent, []);
});

Deno.test("Membership.say() refuses more than the bound of unanswered requests", async () => {
  const { membership } = await entered();
  const waiting = Array.from(
    { length: MAX_OUTSTANDING },
    () => membership.say("x").catch(() => {}),
  );
  await assertRefusesLater("CHAT_RATE_LIMITED", () => membership.say("x"));
  membership.end();
  await Promise.all(waiting);
});

Deno.test("Membership.who() collects pages until the last", async () => {
  const { membership } = await entered();
  const asking = membership.who();
  const page = (name: string, more: boolean): ServerMessage => ({
    kind: "members",
    id: 1,
    room: 0,
    more,
    members: [{ name, fingerprint: FINGERPRINT, since: 0 }],
  });
  membership.take(page("alice", true));
  membership.take(page("bob", false));
  assertEquals((await asking).map(({ name }) => name), ["alice", "bob"]);
});

Deno.test("Membership.end() rejects what waits and what comes later", async () => {
  const { membership } = await entered();
  const saying = membership.say("hello");
  const failure = new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: cut");
  membership.end(failure);
  for (const asked of [saying, membership.say("later"), membership.who()]) {
    assertEquals(await assertRejects(() => asked, ChatError), failure);
  }
  const events = membership.events[Symbol.asyncIterator]();
  assertEquals(await assertRejects(() => events.next(), ChatError), failure);
});

Deno.test("Membership.take() makes an error of a goodbye, except when the server stops", async () => {
  const { membership } = await entered();
  const goodbye = (why: "shutdown" | "kicked"): ChatError | undefined =>
    membership.take({ kind: "goodbye", why, text: "bye" });
  assertEquals(goodbye("shutdown"), undefined);
  assertEquals(goodbye("kicked")?.code, "CHAT_KICKED");
});

Deno.test("Membership.enter() gives up when the person does", async () => {
  const { membership, sent } = member();
  const entering = membership.enter({
    askName: () => Promise.resolve(undefined),
  });
  membership.take({
    kind: "name_wanted",
    why: "needed",
    text: "Choose a name",
    suggestion: null,
  });
  await assertRefusesLater("CHAT_NAME_INVALID", () => entering);
  assert(sent.every((message) => message.kind === "enter"));
});

Deno.test("Membership.take() refuses an answer of another kind than was asked for", async () => {
  const ack = { kind: "ack", id: 1, seq: 8, at: 0 } as const;
  const identity = {
    kind: "identity",
    id: 1,
    name: "bob",
    publicKey: FINGERPRINT,
    fingerprint: FINGERPRINT,
    since: 0,
  } as const;
  const cases = [
    [(asked: Membership) => asked.say("hello"), identity],
    [(asked: Membership) => asked.act("waves"), identity],
    [(asked: Membership) => asked.who(), ack],
    [(asked: Membership) => asked.whois("bob"), ack],
  ] as const;
  for (const [ask, answer] of cases) {
    const { membership } = await entered();
    const asking = ask(membership);
    assertRefuses("CHAT_PROTOCOL", () => membership.take(answer));
    membership.end();
    await assertRejects(() => asking, ChatError);
  }
});

Deno.test("Membership.say() speaks to the room that it entered", () => {
  const { membership, sent } = member();
  void membership.enter({ name: "alice" });
  membership.take({ ...ENTERED, room: 5 });
  membership.say("hello").catch(() => {});
  assert(sent.some((each) => each.kind === "say" && each.room === 5));
  membership.end();
});

Deno.test("Membership.who() refuses a list without end", async () => {
  const page = (count: number): ServerMessage => ({
    kind: "members",
    id: 1,
    room: 0,
    more: true,
    members: Array.from(
      { length: count },
      () => ({ name: "x", fingerprint: FINGERPRINT, since: 0 }),
    ),
  });
  const endless = await entered();
  const asking = endless.membership.who();
  asking.catch(() => {});
  for (let i = 0; i < MAX_MEMBERS / 256; i++) {
    endless.membership.take(page(256));
  }
  assertRefuses("CHAT_PROTOCOL", () => endless.membership.take(page(1)));
  const empty = await entered();
  empty.membership.who().catch(() => {});
  assertRefuses("CHAT_PROTOCOL", () => empty.membership.take(page(0)));
  for (const { membership } of [endless, empty]) membership.end();
});

Deno.test("Membership.enter() and whois() refuse names that cannot be sent", async () => {
  for (const name of ["x".repeat(129), "\ud800"]) {
    const { membership, sent } = member();
    await assertRefusesLater(
      "CHAT_NAME_INVALID",
      () => membership.enter({ name }),
    );
    assertEquals(sent, []);
    const joined = await entered();
    await assertRefusesLater(
      "CHAT_NO_SUCH_MEMBER",
      () => joined.membership.whois(name),
    );
    assertEquals(joined.sent, []);
  }
});
