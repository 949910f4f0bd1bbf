import { ChatError } from "../../lib/errors.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import {
  MAX_MEMBERS_PER_PAGE,
  MAX_TEXT_BYTES,
} from "../../lib/protocol/limits.ts";
import { BLOCK_MS, MAX_BEHIND, PAGE_COST } from "../../lib/room/requests.ts";
import type { Effect } from "../../lib/room/house_event.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  DEVICE,
  Driver,
  identity,
  kindsOf,
  refusalTo,
  repliesTo,
} from "./driver.ts";

Deno.test("step() appends what is said, under the number of its device", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  driver.at = 5_000;
  const { fingerprint } = identity(1);
  const author = { at: 5_000, name: "alice", fingerprint };
  const [append, ...others] = driver.say(session, "hello", { number: 9 });
  assert(append?.kind === "append" && others.length === 0);
  assertEquals(append.room, driver.lobby);
  assertEquals(append.entry, { kind: "said", ...author, text: "hello" });
  assertEquals(append.by, { session, id: 1 });
  assertEquals(append.sent?.number, 9);
  assertEquals(append.sent?.sender, { fingerprint, device: DEVICE });
  const act = { kind: "act", room: 0, number: 10, text: "waves" } as const;
  const [did] = driver.ask(session, act);
  assert(did?.kind === "append");
  assertEquals(did.entry, { kind: "did", ...author, text: "waves" });
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
  });
}

/** Whatever a request may need. */
const ANY = { number: 1, text: "hello", after: null, before: null, limit: 1 };

Deno.test("step() refuses requests about another room", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  for (
    const kind of [
      "say",
      "act",
      "who",
      "leave",
      "follow",
      "title",
      "history",
      "search",
      "mark",
      "type",
    ] as const
  ) {
    const effects = driver.ask(session, { ...ANY, kind, room: 1 } as never);
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
  const list = driver.ask(alice, { kind: "who", room: 0 });
  assertEquals(repliesTo(alice, list), [{
    kind: "members",
    id: 1,
    room: 0,
    more: false,
    members: [
      {
        name: "alice",
        fingerprint: identity(1).fingerprint,
        since: 1_000,
        standing: "member",
        online: true,
      },
      {
        name: "bob",
        fingerprint: identity(2).fingerprint,
        since: 2_000,
        standing: "member",
        online: true,
      },
    ],
  }]);
});

Deno.test("step() lists many members in pages", () => {
  for (const extra of [0, 1]) {
    const driver = new Driver();
    const count = 2 * MAX_MEMBERS_PER_PAGE + extra;
    for (let n = 0; n < count; n++) driver.join(n, `name-${n}-x`);
    assertEquals(driver.house.people.size, count);
    const session = driver.open(0);
    driver.enter(session, null);
    const list = driver.ask(session, { kind: "who", room: 0 });
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
    standing: "member",
    address: null,
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
  const effects = driver.say(session, "three", { number: 3 });
  const [refused] = repliesTo(session, effects);
  assert(effects.length === 1 && refused?.kind === "refused");
  assertEquals([refused.code, refused.retryMs], ["CHAT_RATE_LIMITED", 500]);
  driver.at += refused.retryMs;
  const again = driver.say(session, "three", { number: 3 });
  assertEquals(kindsOf(again), ["append said"]);
});

Deno.test("step() takes nothing that comes behind a refused message before that comes again", () => {
  const driver = new Driver({ byteBurst: 10, bytesPerSecond: 10 });
  const session = driver.join(1, "alice");
  const say = (number: number, text: string): string | undefined =>
    refusalTo(session, driver.say(session, text, { number }));
  assertEquals(say(1, "12345"), undefined);
  assertEquals(say(2, "123456"), "CHAT_RATE_LIMITED");
  assertEquals(say(3, "1"), "CHAT_RATE_LIMITED"); // there is enough for it
  driver.at += 1_000;
  assertEquals(say(3, "1"), "CHAT_RATE_LIMITED");
  assertEquals(say(2, "123456"), undefined);
  assertEquals(say(3, "1"), undefined);
});

Deno.test("step() waits a while for a refused message, and not for ever", () => {
  const driver = new Driver({ byteBurst: 10, bytesPerSecond: 10 });
  const session = driver.join(1, "alice");
  const say = (number: number, text: string): string | undefined =>
    refusalTo(session, driver.say(session, text, { number }));
  assertEquals(say(1, "1234567890"), undefined);
  assertEquals(say(2, "1"), "CHAT_RATE_LIMITED"); // for 100 ms
  driver.at += 100 + BLOCK_MS - 1;
  assertEquals(say(3, "1"), "CHAT_RATE_LIMITED");
  driver.at += 1;
  assertEquals(say(3, "1"), undefined);
});

Deno.test("step() does not count what was on its way behind a refused message, but more than that", () => {
  const driver = new Driver({
    byteBurst: 10,
    bytesPerSecond: 1,
    messageBurst: 1e3,
    refusals: 3,
  });
  const session = driver.join(1, "alice");
  driver.say(session, "x".repeat(11), { number: 1 });
  for (let i = 0; i < MAX_BEHIND; i++) {
    const effects = driver.say(session, "x", { number: 2 + i });
    assertEquals(kindsOf(effects), ["reply refused"]);
  }
  const more = (): string[] =>
    kindsOf(driver.say(session, "x".repeat(11), { number: 1 }));
  assertEquals(more(), ["reply refused"]);
  assertEquals(more(), ["reply refused", "end flooding", "pass left"]);
});

Deno.test("step() refuses a message when the disk cannot tell whether it is stored", () => {
  const history = new MemoryHistory({ keepLast: 10 });
  const driver = new Driver({}, { history });
  const session = driver.join(1, "alice");
  const device = driver.house.sessions.get(session)?.device;
  assert(device);
  device.last = 5;
  history.sent = (): never => {
    throw new ChatError("CHAT_STORE_DAMAGED", "Cannot read the history");
  };
  const effects = driver.say(session, "again", { number: 5 });
  assertEquals(refusalTo(session, effects), "CHAT_STORE_DAMAGED");
  assert(driver.house.sessions.has(session));
});

Deno.test("step() counts the bytes that are said, in UTF-8", () => {
  const driver = new Driver({ byteBurst: 10, bytesPerSecond: 1 });
  const session = driver.join(1, "alice");
  assertEquals(kindsOf(driver.say(session, "世世世")), ["append said"]);
  const effects = driver.say(session, "世");
  const [refused] = repliesTo(session, effects);
  assert(refused?.kind === "refused");
  assertEquals(refused.retryMs, 2_000);
});

Deno.test("step() counts a list of members as several requests", () => {
  const driver = new Driver({ messageBurst: PAGE_COST + 1 });
  const session = driver.join(1, "alice");
  const who = (): string[] =>
    kindsOf(driver.ask(session, { kind: "who", room: 0 }));
  assertEquals(who(), ["reply members"]);
  assertEquals(kindsOf(driver.say(session, "hi")), ["reply refused"]);
});

Deno.test("step() gives all sessions of an identity one budget", () => {
  const driver = new Driver({ messageBurst: 3 });
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  assertEquals(kindsOf(driver.say(one, "hi")), ["append said"]);
  assertEquals(kindsOf(driver.say(two, "hi")), ["reply refused"]);
  const bob = driver.join(2, "bob");
  assertEquals(kindsOf(driver.say(bob, "hi")), ["append said"]);
});

Deno.test("step() ends a session that does not slow down", () => {
  const driver = new Driver({ messageBurst: 1, refusals: 3 });
  const session = driver.join(1, "alice");
  const say = (): readonly Effect[] => driver.say(session, "1", { number: 1 });
  assertEquals(kindsOf(say()), ["reply refused"]);
  assertEquals(kindsOf(say()), ["reply refused"]);
  const effects = say();
  const expected = ["reply refused", "end flooding", "pass left"];
  assertEquals(kindsOf(effects), expected);
  const left = effects.find(({ kind }) => kind === "pass");
  assert(left?.kind === "pass" && left.entry.kind === "left");
  assertEquals(left.entry.why, "flooding");
});

Deno.test("step() ends a session that asks before it has entered", () => {
  const driver = new Driver();
  for (const kind of ["say", "act", "who", "whois"] as const) {
    const session = driver.open(1);
    const request = { kind, room: 0, number: 1, text: "hi", name: "bob" };
    const effects = driver.ask(session, request as never);
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
    assertEquals(ask(id), ["end protocol_error", "pass left"]);
  }
});
