import type { KeptEntry } from "../../lib/protocol/entry.ts";
import { decodeEntries } from "../../lib/protocol/codec.ts";
import { MAX_PAGE_BYTES } from "../../lib/protocol/limits.ts";
import { startOf } from "../../lib/room/follow.ts";
import { TYPING_MS } from "../../lib/room/reading.ts";
import type { SessionId } from "../../lib/room/house_event.ts";
import { frameMessage } from "../../server/framing.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, kindsOf, refusalTo, repliesTo } from "./driver.ts";

/** Stores `texts` in a room as if the first identity had said them. */
function store(driver: Driver, texts: readonly string[], number = 0): void {
  const room = driver.house.rooms.get(number);
  assert(room !== undefined);
  const { fingerprint } = identity(1);
  for (const text of texts) {
    const seq = room.seq + 1;
    const at = 100 * seq;
    const said = {
      kind: "said",
      room: number,
      seq,
      at,
      name: "alice",
    } as const;
    const payload = frameMessage({ ...said, fingerprint, text });
    driver.history.append([{ room: number, seq, at, payload, text }]);
    room.seq = seq;
  }
}

function page(
  driver: Driver,
  session: SessionId,
  request: Parameters<Driver["ask"]>[1],
): { readonly entries: readonly KeptEntry[]; readonly before: number | null } {
  const [found] = repliesTo(session, driver.ask(session, request));
  assert(found?.kind === "page", found?.kind);
  return { entries: decodeEntries(found.entries), before: found.before };
}

function texts(entries: readonly KeptEntry[]): string[] {
  return entries.map((entry) => "text" in entry ? entry.text : entry.kind);
}

const FREE = { messageBurst: 1e6 };
const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}`);

Deno.test("step() pages back through a room, the newest entries first", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  store(driver, lines(7));
  const ask = { kind: "history", room: 0, limit: 3 } as const;
  const one = page(driver, alice, { ...ask, before: null });
  assertEquals([texts(one.entries), one.before], [
    ["line 5", "line 6", "line 7"],
    5,
  ]);
  const two = page(driver, alice, { ...ask, before: 5 });
  assertEquals([texts(two.entries), two.before], [
    ["line 2", "line 3", "line 4"],
    2,
  ]);
  const three = page(driver, alice, { ...ask, before: 2 });
  assertEquals([texts(three.entries), three.before], [["line 1"], null]);
  const four = page(driver, alice, { ...ask, before: 1 });
  assertEquals([texts(four.entries), four.before], [[], null]);
  const beyond = page(driver, alice, { ...ask, before: 1_000 });
  assertEquals(texts(beyond.entries), texts(one.entries));
});

Deno.test("step() shows nobody what was said long before it came", () => {
  const driver = new Driver(FREE, { newcomerLines: 2 });
  driver.join(1, "alice");
  store(driver, lines(10));
  const bob = driver.join(2, "bob");
  store(driver, ["line 11"]);
  const all = page(driver, bob, {
    kind: "history",
    room: 0,
    before: null,
    limit: 100,
  });
  assertEquals(texts(all.entries), ["line 9", "line 10", "line 11"]);
  assertEquals(all.before, null);
  const found = page(driver, bob, {
    kind: "search",
    room: 0,
    words: "line",
    before: null,
  });
  assertEquals(texts(found.entries), ["line 9", "line 10", "line 11"]);
  assertEquals(found.before, null);
});

Deno.test("step() keeps pages within what a message holds, and loses nothing between them", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const long = Array.from(
    { length: 12 },
    (_, i) => `${i} ${"x".repeat(9_000)}`,
  );
  store(driver, long);
  const seen: string[] = [];
  let before: number | null = null;
  do {
    const request = { kind: "history", room: 0, before, limit: 200 } as const;
    const [answer] = repliesTo(alice, driver.ask(alice, request));
    assert(answer?.kind === "page" && answer.entries.length <= MAX_PAGE_BYTES);
    seen.unshift(...texts(decodeEntries(answer.entries)));
    before = answer.before;
  } while (before !== null);
  assertEquals(seen, long);
});

Deno.test("step() finds words, as many as fit, and says where to go on", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const said = Array.from(
    { length: 10 },
    (_, i) => i % 2 === 0 ? `apple ${i} ${"x".repeat(15_000)}` : `pear ${i}`,
  );
  store(driver, said);
  const seen: string[] = [];
  let before: number | null = null;
  let pages = 0;
  do {
    const request = { kind: "search", room: 0, words: "APPLE" } as const;
    const found = page(driver, alice, { ...request, before });
    seen.unshift(...texts(found.entries));
    before = found.before;
    pages += 1;
  } while (before !== null);
  assertEquals(seen, said.filter((text) => text.startsWith("apple")));
  assert(pages > 1);
});

Deno.test("step() follows a room once, from where somebody is entitled to", () => {
  const driver = new Driver(FREE, { newcomerLines: 3 });
  driver.join(1, "alice");
  store(driver, lines(10));
  const bob = driver.join(2, "bob");
  const follow = { kind: "follow", room: 0, after: null } as const;
  const [effect] = driver.ask(bob, follow);
  assert(effect?.kind === "follow");
  assertEquals([effect.after, effect.floor], [null, 7]);
  const again = driver.ask(bob, follow);
  assertEquals(refusalTo(bob, again), "CHAT_MESSAGE_INVALID");
});

Deno.test("startOf() begins where somebody asks, within what it may read and what is kept", () => {
  const driver = new Driver(FREE, { newcomerLines: 3 });
  driver.join(1, "alice");
  store(driver, lines(10));
  const from = (after: number | null, floor = 0): readonly number[] => {
    const start = startOf({ room: driver.lobby, after, floor }, driver.house);
    return [start.after, start.at];
  };
  assertEquals(from(4), [4, 400]);
  assertEquals(from(0), [0, 0]);
  assertEquals(from(null), [7, 700]);
  assertEquals(from(4, 6), [6, 600]);
  assertEquals(from(11), [10, 1_000]); // it has more than there is
  driver.history.prune({ keepLast: 2 });
  assertEquals(from(4), [8, 0]); // that one is not kept any more
  assertEquals(from(9), [9, 900]);
});

Deno.test("step() tells both in a room of two how far the other has got, and never back", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  store(driver, lines(5), 1);
  const mark = (delivered: number, read: number): (number | string)[] => {
    const effects = driver.ask(bob, { kind: "mark", room: 1, delivered, read });
    const [first] = effects.filter(({ kind }) => kind === "pass");
    if (first?.kind !== "pass" || first.entry.kind !== "marks") {
      return kindsOf(effects);
    }
    return [first.entry.delivered, first.entry.read];
  };
  assertEquals(mark(3, 1), [3, 1]);
  assertEquals(mark(2, 0), ["reply done"]);
  assertEquals(mark(0, 4), [4, 4]); // what is read has been delivered
  assertEquals(mark(99, 99), [5, 5]);
  const [follow] = driver.ask(alice, { kind: "follow", room: 1, after: null });
  assert(follow?.kind === "follow");
  assertEquals(follow.marks.map(({ name, read }) => [name, read]), [[
    "bob",
    5,
  ]]);
});

Deno.test("step() takes no marks in open rooms", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const effects = driver.ask(alice, {
    kind: "mark",
    room: 0,
    delivered: 1,
    read: 1,
  });
  assertEquals(refusalTo(alice, effects), "CHAT_FORBIDDEN");
});

Deno.test("step() tells who is in a room that somebody types, once a second, and keeps nothing", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  const type = (session: number): string[] =>
    kindsOf(driver.ask(session, { kind: "type", room: 0 }));
  assertEquals(type(alice), ["pass typing", "reply done"]);
  assertEquals(type(alice), ["reply done"]);
  assertEquals(type(bob), ["pass typing", "reply done"]);
  driver.at += TYPING_MS;
  assertEquals(type(alice), ["pass typing", "reply done"]);
});

Deno.test("step() tells nobody that somebody types while all say too much", () => {
  const driver = new Driver({ roomMessageBurst: 3, roomMessagesPerSecond: 1 });
  const alice = driver.join(1, "alice"); // takes two
  driver.say(alice, "hello");
  const type = (): string[] =>
    kindsOf(driver.ask(alice, { kind: "type", room: 0 }));
  assertEquals(type(), ["reply done"]);
  driver.at += 1_000;
  assertEquals(type(), ["pass typing", "reply done"]);
});
