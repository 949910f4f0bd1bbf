import { MAX_PRESENT } from "../../../lib/ui/roster.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { KEYS, macrotask, pasted } from "../../support/fake_terminal.ts";
import { member, NOON } from "../../support/people.ts";
import { Stage } from "./stage.ts";

const bob = member("bob", "Qm2d");

Deno.test("runTerminal() shows messages above the line being typed", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("half a tho");
  await terminal.shows("open #lobby> half a tho");
  for (let i = 0; i < 100; i++) conversation.hear(bob, `message ${i}`);
  await terminal.shows("message 99");
  terminal.type("ught");
  await terminal.shows("> half a thought");
  assertEquals(terminal.screen.rows.slice(-4), [
    "12:03 bob·Qm2d: message 98",
    "12:03 bob·Qm2d: message 99",
    "open #lobby> half a thought",
    "open #lobby · 2 people · alice·x7Kp · garden",
  ]);
  assertEquals(terminal.screen.cursorRow, "open #lobby> half a thought|");
});

Deno.test("runTerminal() says what is entered, in order", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("one\r/me waves\r//slash\r");
  terminal.type(pasted("two\nlines\n") + KEYS.enter);
  await terminal.shows("      lines");
  assertEquals(conversation.asked, [
    "who",
    "say one",
    "act waves",
    "say /slash",
    "say two\nlines",
  ]);
  assertEquals(terminal.screen.cursorRow, "open #lobby> |");
});

Deno.test("runTerminal() answers /who, /whois and /help", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  terminal.type("/who\r");
  await terminal.shows("-- 2 people in #lobby: alice·x7Kp, bob·Qm2d");
  terminal.type("/whois bob·Qm2d\r");
  await terminal.shows("SHA256:Qm2d");
  terminal.type("/help\r");
  await terminal.shows("Keys: Tab completes");
});

Deno.test("runTerminal() lets only operators kick", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  stage.start();
  terminal.type("/kick bob\r");
  await terminal.shows("-- Only operators may /kick");
  conversation.standing = "operator";
  terminal.type("/kick bob\r");
  await terminal.until(() => conversation.asked.includes("kick bob"));
});

Deno.test("runTerminal() never sends a line it does not understand, and Up brings it back", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("/hlep\r");
  await terminal.shows("-- There is no /hlep; did you mean /help?");
  await terminal.shows("(Up brings the");
  terminal.type(KEYS.up);
  await terminal.shows("> /hlep");
  assertEquals(conversation.asked, ["who"]);
});

Deno.test("runTerminal() says why a text was refused, and Up brings it back", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.refuse();
  terminal.type("too fast\r");
  await terminal.shows("-- Cannot say that. Wait a moment before you send");
  terminal.type(KEYS.up);
  await terminal.shows("> too fast");
});

Deno.test("runTerminal() does not put a refused text over a new one", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  conversation.refuse();
  terminal.type("first\rsecond");
  await terminal.shows("> second");
  conversation.answer();
  await terminal.shows("(Up brings the text back)");
  assertEquals(terminal.screen.cursorRow, "open #lobby> second|");
  terminal.type(KEYS.up);
  await terminal.shows("> first");
});

Deno.test("runTerminal() says when it waits, and takes no endless queue", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  for (let i = 0; i < 32; i++) terminal.type("/rooms\r");
  await terminal.shows("open #lobby · sending… · 2 people");
  terminal.type("/whois bob\r");
  await terminal.shows("-- Cannot send more: the server has yet to answer");
  assertEquals(terminal.screen.cursorRow, "open #lobby> /whois bob|");
  conversation.silent = false;
  conversation.answer();
  await terminal.until(() => conversation.asked.length === 33);
  terminal.type("\r");
  await terminal.until(() => conversation.asked.includes("whois bob"));
  await terminal.until(() =>
    terminal.screen.rows.at(-1)?.startsWith("open #lobby · 2") ?? false
  );
});

Deno.test("runTerminal() says at once what is said, one after the other", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  const texts = Array.from({ length: 1_000 }, (_, i) => `${i}`);
  for (const text of texts) terminal.type(`${text}\r`);
  terminal.type("one more\r");
  await terminal.shows("-- Cannot send more: the server has yet to answer");
  assertEquals(terminal.screen.cursorRow, "open #lobby> one more|");
  assertEquals(conversation.asked.slice(1), texts.map((text) => `say ${text}`));
});

Deno.test("runTerminal() deletes with Ctrl-D in a line that is not empty", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  terminal.type("ab" + KEYS.left + KEYS.ctrlD);
  await terminal.until(() => terminal.screen.cursorRow === "open #lobby> a|");
});

Deno.test("runTerminal() redraws for a new size", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  conversation.hear(bob, "hello");
  terminal.type("a line of text that will not fit on a narrow");
  await terminal.shows("on a narrow");
  terminal.resize({ columns: 24, rows: 14 });
  await terminal.shows("             rrow");
  assertEquals(terminal.screen.rows.slice(-7), [
    "12:03 bob·Qm2d: hello",
    "open #lobby> a line of ",
    "             text that ",
    "             will not f",
    "             it on a na",
    "             rrow",
    "open #lobby · 2 people",
  ]);
});

Deno.test("runTerminal() brings back with /history what Ctrl-L has cleared", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  conversation.hear(bob, "hello");
  await terminal.shows("bob·Qm2d: hello");
  terminal.type(`${KEYS.ctrlL}/history\r`);
  await terminal.until(() => conversation.asked.length === 2);
  assertEquals(conversation.asked, ["who", "history newest 20"]);
});

Deno.test("runTerminal() clears the screen at Ctrl-L and keeps the line", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  conversation.hear(bob, "hello");
  terminal.type("typing");
  await terminal.shows("> typing");
  terminal.type(KEYS.ctrlL);
  await terminal.until(() => terminal.screen.rows[0] === "open #lobby> typing");
});

Deno.test("runTerminal() refuses a paste that no message holds", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  terminal.type(pasted("x".repeat(16_385)));
  await terminal.shows("-- Cannot paste that: a message holds 16384 bytes");
  terminal.type(pasted("y".repeat(300_000)));
  await terminal.until(() => terminal.written.split("Cannot paste").length > 2);
  assertEquals(terminal.screen.cursorRow, "open #lobby> |");
});

Deno.test("runTerminal() rings for a character that no message holds", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  terminal.type(pasted("x".repeat(16_384)));
  await terminal.shows("xxx");
  assert(!terminal.written.includes("\x07"));
  terminal.type("y");
  await terminal.until(() => terminal.written.includes("\x07"));
});

Deno.test("runTerminal() learns from /who how many are there", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  conversation.members = [conversation.self];
  terminal.type("/who\r");
  await terminal.shows("open #lobby · 1 person");
});

Deno.test("runTerminal() counts the people and completes their names", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  const position = { room: 0, seq: 1, at: NOON };
  await terminal.shows("2 people");
  conversation.events.push({
    ...position,
    ...member("carol", "a"),
    kind: "joined",
  });
  await terminal.shows("3 people");
  terminal.type("car\t");
  await terminal.shows("> carol:");
  conversation.events.push({ ...position, ...bob, kind: "left", why: "quit" });
  await terminal.shows("2 people");
});

Deno.test("runTerminal() paints a burst in batches and answers keys meanwhile", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  const before = terminal.writes;
  for (let i = 0; i < 5_000; i++) conversation.hear(bob, `message ${i}`);
  terminal.type("typing");
  await terminal.shows("> typing");
  const seen = terminal.screen.everything.length;
  assert(seen < 4_000, `the key was answered after ${seen} lines`);
  await terminal.shows("message 4999");
  const writes = terminal.writes - before;
  assert(writes < 500, `${writes} writes for 5000 messages`);
});

Deno.test("runTerminal() takes in no more events than it can show", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  stage.start();
  await terminal.shows("2 people");
  const stuck = Promise.withResolvers<boolean>();
  const { write } = terminal;
  terminal.write = () => stuck.promise;
  let taken = 0;
  for (let i = 0; i < 10_000; i++) {
    const event = {
      kind: "notice",
      get text(): string {
        taken += 1;
        return "x";
      },
    } as const;
    conversation.events.push(event);
  }
  for (let turn = 0; turn < 50; turn++) await macrotask();
  assert(taken > 1_000 && taken < 3_000, `${taken} events taken in`);
  terminal.write = write;
  stuck.resolve(true);
});

Deno.test("runTerminal() tells when there are more people than it counts", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  conversation.members = Array(MAX_PRESENT + 1).fill(bob);
  stage.start();
  await terminal.shows("1+ people");
});
