import {
  MAX_MEMBERS_PER_PAGE,
  MAX_TEXT_BYTES,
} from "../../lib/protocol/limits.ts";
import { WHO_COST } from "../../lib/room/requests.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, kindsOf, repliesTo } from "./driver.ts";

Deno.test("step() appends what is said and acknowledges it", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  driver.at = 5_000;
  const { fingerprint } = identity(1);
  const position = { room: 7, at: 5_000, name: "alice", fingerprint };
  assertEquals(driver.say(session, "hello"), [
    {
      kind: "append",
      entry: { kind: "said", ...position, seq: 2, text: "hello" },
    },
    {
      kind: "reply",
      session,
      message: { kind: "ack", id: 1, seq: 2, at: 5_000 },
    },
  ]);
  const [append] = driver.ask(session, { kind: "act", room: 7, text: "waves" });
  assertEquals(append, {
    kind: "append",
    entry: { kind: "did", ...position, seq: 3, text: "waves" },
  });
});

for (
  const text of [
    "",
    " ",
    "a\u0000",
    "\u001b[2J",
    "a".repeat(MAX_TEXT_BYTES + 1),
  ]
) {
  Deno.test(`step() refuses to append ${JSON.stringify(text.slice(0, 9))}`, () => {
    const driver = new Driver();
    const session = driver.join(1, "alice");
    const effects = driver.say(session, text);
    const [refused] = repliesTo(session, effects);
    assert(effects.length === 1 && refused?.kind === "refused");
    assertEquals([refused.id, refused.code], [1, "CHAT_MESSAGE_INVALID"]);
    assertEquals(refused.retryMs, 0);
    assertEquals(driver.room.seq, 1);
  });
}

Deno.test("step() refuses requests about another room", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  for (const kind of ["say", "act", "who"] as const) {
    const effects = driver.ask(session, { kind, room: 0, text: "hello" });
    const [refused] = repliesTo(session, effects);
    assert(effects.length === 1 && refused?.kind === "refused");
    assertEquals(refused.code, "CHAT_NO_SUCH_ROOM");
  }
});

Deno.test("step() lists the members in order of entry", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  driver.at = 2_000;
  driver.join(2, "bob");
  driver.join(2, null);
  const list = driver.ask(alice, { kind: "who", room: 7 });
  assertEquals(repliesTo(alice, list), [{
    kind: "members",
    id: 1,
    room: 7,
    more: false,
    members: [
      { name: "alice", fingerprint: identity(1).fingerprint, since: 1_000 },
      { name: "bob", fingerprint: identity(2).fingerprint, since: 2_000 },
    ],
  }]);
});

Deno.test("step() lists many members in pages", () => {
  for (const extra of [0, 1]) {
    const driver = new Driver();
    const count = 2 * MAX_MEMBERS_PER_PAGE + extra;
    for (let n = 0; n < count; n++) driver.join(n, `name-${n}-x`);
    assertEquals(driver.room.members.size, count);
    const session = driver.open(0);
    driver.enter(session, null);
    const list = driver.ask(session, { kind: "who", room: 7 });
    const pages = repliesTo(session, list).map((reply) => {
      assert(reply.kind === "members");
      return [reply.members.length, reply.more];
    });
    const full = MAX_MEMBERS_PER_PAGE;
    const expected = extra === 0
      ? [[full, true], [full, false]]
      : [[full, true], [full, true], [1, false]];
    assertEquals(pages, expected);
  }
});

Deno.test("step() identifies a member by any spelling of its name", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  driver.join(2, "Bob");
  const effects = driver.ask(session, { kind: "whois", name: " bOB" });
  assertEquals(repliesTo(session, effects), [{
    kind: "identity",
    id: 1,
    name: "Bob",
    ...identity(2),
    since: 1_000,
  }]);
});

Deno.test("step() identifies nobody who is not present", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  const gone = driver.join(2, "bob");
  driver.apply({ kind: "close", session: gone, why: "quit" });
  for (const name of ["bob", "a1ice", "nobody-here", "!", ""]) {
    const effects = driver.ask(session, { kind: "whois", name });
    const [refused] = repliesTo(session, effects);
    assert(refused?.kind === "refused");
    assertEquals(refused.code, "CHAT_NO_SUCH_MEMBER");
  }
});

Deno.test("step() refuses what comes too fast, and says for how long", () => {
  const driver = new Driver({ messageBurst: 3, messagesPerSecond: 2 });
  const session = driver.join(1, "alice");
  driver.say(session, "one");
  driver.say(session, "two");
  const effects = driver.say(session, "three");
  const [refused] = repliesTo(session, effects);
  assert(effects.length === 1 && refused?.kind === "refused");
  assertEquals([refused.code, refused.retryMs], ["CHAT_RATE_LIMITED", 500]);
  driver.at += refused.retryMs;
  assertEquals(kindsOf(driver.say(session, "three")), [
    "append said",
    "reply ack",
  ]);
});

Deno.test("step() counts the bytes that are said, in UTF-8", () => {
  const driver = new Driver({ byteBurst: 10, bytesPerSecond: 1 });
  const session = driver.join(1, "alice");
  assertEquals(kindsOf(driver.say(session, "世世世")).at(-1), "reply ack");
  const effects = driver.say(session, "世");
  const [refused] = repliesTo(session, effects);
  assert(refused?.kind === "refused");
  assertEquals(refused.retryMs, 2_000);
});

Deno.test("step() counts a list of members as several requests", () => {
  const driver = new Driver({ messageBurst: WHO_COST + 1 });
  const session = driver.join(1, "alice");
  const who = (): string[] =>
    kindsOf(driver.ask(session, { kind: "who", room: 7 }));
  assertEquals(who(), ["reply members"]);
  assertEquals(kindsOf(driver.say(session, "hi")), ["reply refused"]);
});

Deno.test("step() gives all sessions of an identity one budget", () => {
  const driver = new Driver({ messageBurst: 3 });
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  assertEquals(kindsOf(driver.say(one, "hi")).at(-1), "reply ack");
  assertEquals(kindsOf(driver.say(two, "hi")), ["reply refused"]);
  const bob = driver.join(2, "bob");
  assertEquals(kindsOf(driver.say(bob, "hi")).at(-1), "reply ack");
});

Deno.test("step() ends a session that does not slow down", () => {
  const driver = new Driver({ messageBurst: 1, refusals: 3 });
  const session = driver.join(1, "alice");
  assertEquals(kindsOf(driver.say(session, "1")), ["reply refused"]);
  assertEquals(kindsOf(driver.say(session, "2")), ["reply refused"]);
  const effects = driver.say(session, "3");
  const expected = ["reply refused", "end flooding", "append left"];
  assertEquals(kindsOf(effects), expected);
  const left = effects.at(-1);
  assert(left?.kind === "append" && left.entry.kind === "left");
  assertEquals(left.entry.why, "flooding");
});

Deno.test("step() ends a session that asks before it has entered", () => {
  const driver = new Driver();
  for (const kind of ["say", "act", "who", "whois"] as const) {
    const session = driver.open(1);
    const request = { kind, room: 7, text: "hi", name: "bob" };
    const effects = driver.ask(session, request);
    assertEquals(kindsOf(effects), ["end protocol_error"]);
  }
});

Deno.test("step() ends a session that uses a request's number again", () => {
  for (const id of [8, 9]) {
    const driver = new Driver();
    const session = driver.join(1, "alice");
    const ask = (id: number): string[] => {
      const message = { kind: "whois", id, name: "alice" } as const;
      return kindsOf(driver.apply({ kind: "message", session, message }));
    };
    assertEquals(ask(0), ["reply identity"]);
    assertEquals(ask(9), ["reply identity"]);
    assertEquals(ask(id), ["end protocol_error", "append left"]);
  }
});
