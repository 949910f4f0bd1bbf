import { ChatError } from "../../lib/errors.ts";
import type { Verb } from "../../lib/protocol/entry.ts";
import { MAX_BANS_PER_PAGE } from "../../lib/protocol/limits.ts";
import { MAX_LISTED_SANCTIONS } from "../../lib/room/moderation.ts";
import type { Change } from "../../lib/room/registry.ts";
import {
  MAX_ROLES,
  MAX_SANCTION_SECONDS,
  MAX_SANCTIONS,
} from "../../lib/room/ruling.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { Folder } from "../store/support/histories.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { type Asked, Household, mark, NOW, visitor } from "./household.ts";

const ALICE = visitor(1, "Alice");
const BOB = visitor(2, "Bob");
const CAROL = visitor(3, "Carol");

function moderating(
  verb: Verb,
  subject: string,
  seconds: number | null = null,
): Asked {
  return { kind: "moderate", verb, subject, seconds };
}

/** A house with an owner in it, Alice, and others. */
function household(history = new MemoryHistory({ keepLast: 0 })): {
  home: Household;
  alice: number;
} {
  const home = new Household(history, {
    owners: [ALICE.fingerprint.toHex()],
    limits: { messageBurst: 1_000_000 },
  });
  return { home, alice: home.enter(ALICE) };
}

const SPEECH: readonly Asked[] = [
  { kind: "say", room: 0, number: 1, text: "hi" },
  { kind: "act", room: 0, number: 2, text: "waves" },
  { kind: "title", room: 1, text: "topic" },
  { kind: "join", name: "garden" },
  { kind: "direct", name: "Carol" },
];

const QUIET: readonly (readonly [Asked, string])[] = [
  [{ kind: "who", room: 0 }, "members"],
  [{ kind: "whois", name: "Alice" }, "identity"],
  [{ kind: "rooms" }, "rooms"],
  [{ kind: "history", room: 0, before: null, limit: 10 }, "page"],
  [{ kind: "search", room: 0, words: "x", before: null }, "page"],
  [{ kind: "mark", room: 2, delivered: 0, read: 0 }, "done"],
  [{ kind: "direct", name: "Alice" }, "done"],
  [{ kind: "join", name: "attic" }, "done"],
  [{ kind: "leave", room: 1 }, "done"],
];

Deno.test("step() lets somebody who is muted read, and nothing else", () => {
  const { home, alice } = household();
  const bob = home.enter(BOB);
  home.enter(CAROL);
  home.outcome(bob, { kind: "join", name: "attic" }); // room 1, of its own
  home.outcome(bob, { kind: "direct", name: "Alice" }); // room 2
  home.outcome(alice, { kind: "join", name: "attic" });
  assertEquals(home.outcome(alice, moderating("mute", "bob", 60)), "done");
  for (const asked of SPEECH) {
    assertEquals(home.outcome(bob, asked), "CHAT_MUTED", asked.kind);
  }
  for (const kind of ["invite", "bans"] as const) {
    const asked = kind === "bans" ? { kind } : { kind, seconds: 3_600 };
    assertEquals(home.outcome(bob, asked), "CHAT_FORBIDDEN");
  }
  const told = home.passed.length;
  assertEquals(home.outcome(bob, { kind: "type", room: 0 }), "done");
  assertEquals(home.passed.length, told, "nobody sees it type");
  for (const [asked, answer] of QUIET) {
    assertEquals(home.outcome(bob, asked), answer, asked.kind);
  }
  home.at += 60_000;
  const [said] = home.request(bob, SPEECH[0] as Asked);
  assertEquals(said?.kind, "append");
});

Deno.test("moderate() tells everybody until when, and then who leaves", () => {
  const { home, alice } = household();
  const sessions = [home.enter(BOB), home.enter(BOB)];
  const effects = home.request(alice, moderating("ban", "BOB", 3_600));
  const kinds = effects.map((effect) =>
    effect.kind === "pass"
      ? effect.entry.kind
      : effect.kind === "reply"
      ? effect.message.kind
      : effect.kind
  );
  const expected = ["moderated", "end", "end", "left", "save", "save", "done"];
  assertEquals(kinds, expected);
  const [told] = effects;
  assert(told?.kind === "pass" && told.entry.kind === "moderated");
  assertEquals(told.room.number, 0);
  assertEquals(told.entry, {
    kind: "moderated",
    at: home.at,
    name: "Alice",
    fingerprint: ALICE.fingerprint,
    verb: "ban",
    subject: "Bob",
    target: BOB.fingerprint,
    until: home.at + 3_600_000,
  });
  for (const session of sessions) {
    assertEquals(home.ended.get(session), "banned");
  }
  const left = home.passed.find((entry) =>
    entry.kind === "left" && entry.name === "Bob"
  );
  assert(left?.kind === "left" && left.why === "banned");
});

Deno.test("moderate() ends sessions that have not entered yet, too", () => {
  for (const [verb, why] of [["kick", "kicked"], ["ban", "banned"]] as const) {
    const { home, alice } = household();
    const session = home.open(BOB);
    assertEquals(home.outcome(alice, moderating(verb, mark(BOB))), "done");
    assertEquals(home.ended.get(session), why);
  }
});

Deno.test("moderate() takes the later of two bans", () => {
  const { home, alice } = household();
  home.outcome(alice, moderating("ban", mark(BOB)));
  home.outcome(alice, moderating("ban", mark(BOB), 60));
  const [answer] = home.answers(alice, { kind: "bans" });
  assert(answer?.kind === "bans");
  assertEquals(answer.bans.map(({ until }) => until), [
    home.at - 1_000 + 60_000,
  ]);
  home.at += 60_000;
  home.enter(BOB);
});

Deno.test("moderate() ends who is an operator no more, at an address that is banned", () => {
  const { home, alice } = household();
  home.outcome(alice, moderating("op", mark(BOB)));
  const bob = home.enter(BOB);
  home.outcome(alice, moderating("ban", BOB.address));
  assertEquals(home.ended.get(bob), undefined);
  home.outcome(alice, moderating("deop", "Bob"));
  assertEquals(home.ended.get(bob), "banned");
});

Deno.test("moderate() takes the role of an operator that is banned, for good", () => {
  const { home, alice } = household();
  home.outcome(alice, moderating("op", mark(BOB)));
  home.outcome(alice, moderating("ban", mark(BOB)));
  home.outcome(alice, moderating("unban", mark(BOB)));
  const bob = home.enter(BOB);
  assertEquals(home.outcome(bob, { kind: "bans" }), "CHAT_FORBIDDEN");
});

Deno.test("moderate() lifts the mute of who becomes an operator, for good", () => {
  const { home, alice } = household();
  const bob = home.enter(BOB);
  home.outcome(alice, moderating("mute", "Bob"));
  home.outcome(alice, moderating("op", "Bob"));
  home.outcome(alice, moderating("deop", "Bob"));
  const [said] = home.request(bob, SPEECH[0] as Asked);
  assertEquals(said?.kind, "append");
});

Deno.test("moderate() lifts nothing that has ended", () => {
  const { home, alice } = household();
  for (const kind of ["mute", "ban"] as const) {
    home.outcome(alice, moderating(kind, mark(BOB), 60));
    home.at += 60_000;
    const lift = moderating(`un${kind}`, mark(BOB));
    assertEquals(home.outcome(alice, lift), "CHAT_NO_SUCH_MEMBER");
  }
});

Deno.test("moderate() makes an operator of somebody whose ban has ended", () => {
  const { home, alice } = household();
  home.outcome(alice, moderating("ban", mark(BOB), 60));
  const op = moderating("op", mark(BOB));
  assertEquals(home.outcome(alice, op), "CHAT_FORBIDDEN");
  home.at += 60_000;
  assertEquals(home.outcome(alice, op), "done");
});

Deno.test("moderate() bans whom an address is the name of by its fingerprint", () => {
  const { home, alice } = household();
  const named = visitor(9, "10.0.0.7");
  const session = home.enter(named);
  home.outcome(alice, moderating("ban", "10.0.0.7"));
  assertEquals(home.ended.get(session), undefined);
  home.outcome(alice, moderating("mute", "10.0.0.7"));
  assertEquals(home.outcome(session, SPEECH[0] as Asked), "CHAT_MUTED");
  home.outcome(alice, moderating("ban", mark(named)));
  assertEquals(home.ended.get(session), "banned");
});

Deno.test("moderate() bans no network that whoever asks is in", () => {
  const { home } = household();
  const alice = home.enter({ ...ALICE, address: "2001:db8::1" });
  const ban = moderating("ban", "2001:db8::2");
  assertEquals(home.outcome(alice, ban), "CHAT_FORBIDDEN");
});

for (const verb of ["mute", "ban"] as const) {
  Deno.test(`moderate() takes a duration of ${verb} from a second to ten years`, () => {
    const { home, alice } = household();
    const ask = (seconds: number): string =>
      home.outcome(alice, moderating(verb, mark(BOB), seconds));
    assertEquals(ask(0), "CHAT_MESSAGE_INVALID");
    assertEquals(ask(1), "done");
    assertEquals(ask(MAX_SANCTION_SECONDS), "done");
    assertEquals(ask(MAX_SANCTION_SECONDS + 1), "CHAT_MESSAGE_INVALID");
    assertEquals(ask(Number.MAX_SAFE_INTEGER), "CHAT_MESSAGE_INVALID");
  });
}

for (const verb of ["op", "deop", "unmute", "kick", "unban"] as const) {
  Deno.test(`moderate() takes no duration of ${verb}`, () => {
    const { home, alice } = household();
    const asked = moderating(verb, mark(BOB), 60);
    assertEquals(home.outcome(alice, asked), "CHAT_MESSAGE_INVALID");
  });
}

Deno.test("moderate() keeps a bounded number of sanctions, and forgets those that ended", () => {
  const history = new MemoryHistory({ keepLast: 0 });
  const bans = Array.from({ length: MAX_SANCTIONS }, (_, i): Change => {
    const subject = `2001:db8:${i.toString(16)}:1::/64`;
    const until = i < 150 ? NOW + 1_000_000 : null;
    const rest = { name: "", by: "Zeno", at: NOW, until };
    return { kind: "sanction", sanction: { kind: "ban", subject, ...rest } };
  });
  history.append([], bans);
  const { home, alice } = household(history);
  const ban = (number: number): string =>
    home.outcome(alice, moderating("ban", mark(visitor(number, ""))));
  assertEquals(ban(1_000), "CHAT_FULL");
  const again = moderating("ban", "2001:db8:1:1::", 60);
  assertEquals(home.outcome(alice, again), "done", "one that there is");
  home.at += 2_000_000;
  assertEquals(ban(1_000), "done");
  const left = MAX_SANCTIONS - 100 + 1;
  assertEquals(home.house.sanctions.size, left, "a part of them at a time");
  assertEquals(ban(1_001), "done");
  const expected = MAX_SANCTIONS - 150 + 2;
  assertEquals(home.house.sanctions.size, expected);
  assertEquals([...history.sanctions()].length, expected);
});

Deno.test("moderate() makes a bounded number of operators", () => {
  const history = new MemoryHistory({ keepLast: 0 });
  const roles = Array.from({ length: MAX_ROLES }, (_, i): Change => (
    { kind: "role", owner: visitor(100 + i, "").fingerprint, role: "operator" }
  ));
  history.append([], roles);
  const { home, alice } = household(history);
  const op = moderating("op", mark(BOB));
  assertEquals(home.outcome(alice, op), "CHAT_FULL");
  home.outcome(alice, moderating("deop", mark(visitor(100, ""))));
  assertEquals(home.outcome(alice, op), "done");
});

Deno.test("listBans() lists what is in force in pages, the newest first and so many of them", () => {
  const history = new MemoryHistory({ keepLast: 0 });
  const count = MAX_LISTED_SANCTIONS + 1;
  const bans = Array.from({ length: count }, (_, i): Change => {
    const subject = fingerprintText(visitor(100 + i, "").fingerprint);
    const rest = { name: `n${i}`, by: "Zeno", at: NOW + i, until: null };
    return { kind: "sanction", sanction: { kind: "ban", subject, ...rest } };
  });
  history.append([], bans);
  const { home, alice } = household(history);
  home.outcome(alice, moderating("mute", mark(BOB), 1)); // ends at once
  const pages = home.answers(alice, { kind: "bans" });
  const listed = pages.flatMap((page) => page.kind === "bans" ? page.bans : []);
  const expected = Array.from(
    { length: MAX_LISTED_SANCTIONS },
    (_, i) => `n${count - 1 - i}`,
  );
  assertEquals(listed.map(({ name }) => name), expected);
  const sizes = pages.map((page) => page.kind === "bans" && page.bans.length);
  assert(sizes.every((size) => Number(size) <= MAX_BANS_PER_PAGE));
  const more = pages.map((page) => page.kind === "bans" && page.more);
  assertEquals(more.lastIndexOf(true), pages.length - 2);
  assertEquals(more.indexOf(false), pages.length - 1);
});

Deno.test("moderate() is remembered by a history that is opened again", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    const home = new Household(history, {
      owners: [ALICE.fingerprint.toHex()],
    });
    const alice = home.enter(ALICE);
    home.outcome(alice, moderating("op", mark(CAROL)));
    home.outcome(alice, moderating("ban", mark(BOB)));
    home.outcome(alice, moderating("ban", "2001:db8::7"));
  }
  using history = openHistory(folder.path);
  const home = new Household(history);
  const carol = home.enter(CAROL);
  const [answer] = home.answers(carol, { kind: "bans" });
  assert(answer?.kind === "bans");
  assertEquals(
    answer.bans.map(({ subject }) => subject),
    ["2001:db8::/64", mark(BOB)],
  );
  const bob = home.open(BOB);
  assertEquals(home.ask(bob, "Bob").kind, "goodbye");
});

Deno.test("moderate() is refused, and changes nothing, whatever keeps the store from writing", () => {
  const failures = [
    ["CHAT_STORE_FULL", "CHAT_STORE_FULL"],
    ["CHAT_STORE_DAMAGED", "CHAT_STORE_DAMAGED"],
    ["CHAT_STORE_IN_USE", "CHAT_STORE_DAMAGED"],
    ["CHAT_FILE", "CHAT_STORE_DAMAGED"],
  ] as const;
  for (const [failure, code] of failures) {
    const history = new MemoryHistory({ keepLast: 0 });
    const { home, alice } = household(history);
    history.append = () => {
      throw new ChatError(failure, "Cannot use /srv/secret: it is held");
    };
    const [answer] = home.answers(alice, moderating("ban", mark(BOB)));
    assert(answer?.kind === "refused");
    assertEquals(answer.code, code);
    if (failure !== code) assert(!answer.text.includes("/srv/secret"));
    assertEquals(home.house.sanctions.size, 0);
  }
});

Deno.test("moderate() does not hide a bug of the store", () => {
  const bugs = [
    new Error("It is broken"),
    new ChatError("CHAT_INTERNAL", "It is broken"),
  ];
  for (const bug of bugs) {
    const history = new MemoryHistory({ keepLast: 0 });
    const { home, alice } = household(history);
    history.append = () => {
      throw bug;
    };
    const ban = (): unknown =>
      home.request(alice, moderating("ban", mark(BOB)));
    assertThrows(ban, Error, "It is broken");
  }
});

Deno.test("moderate() never ends the console", () => {
  const { home, alice } = household();
  const session = home.enter(CAROL, { console: true });
  for (const verb of ["kick", "ban"] as const) {
    home.outcome(alice, moderating(verb, "Carol"));
    assert(home.house.sessions.has(session));
  }
});

Deno.test("moderate() leaves a key out for good that its owner has replaced, and lists it not", () => {
  const history = new MemoryHistory({ keepLast: 0 });
  const retired = {
    subject: mark(BOB),
    name: "",
    by: "",
    at: NOW,
    until: null,
  };
  const sanction = { kind: "ban", ...retired } as const;
  history.append([], [{ kind: "sanction", sanction }]);
  const { home, alice } = household(history);
  const ban = moderating("ban", mark(BOB), 1);
  assertEquals(home.outcome(alice, ban), "CHAT_NO_SUCH_MEMBER");
  const [answer] = home.answers(alice, { kind: "bans" });
  assert(answer?.kind === "bans");
  assertEquals(answer.bans, []);
});
