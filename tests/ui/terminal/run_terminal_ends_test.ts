import { ChatError } from "../../../lib/errors.ts";
import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { KEYS, macrotask, pasted } from "../../support/fake_terminal.ts";
import { member } from "../../support/people.ts";
import { Stage } from "./stage.ts";

const bob = member("bob", "Qm2d");

Deno.test("runTerminal() clears the line at Ctrl-C, and leaves when it is empty", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("oops");
  await terminal.shows("> oops");
  terminal.type(KEYS.ctrlC);
  await terminal.until(() => terminal.screen.cursorRow === "open #lobby> |");
  terminal.type(KEYS.up);
  await terminal.shows("> oops");
  terminal.type(KEYS.ctrlC + KEYS.ctrlC);
  await stage.over();
  assert(conversation.closed > 0);
});

const QUITS = {
  "/quit": "/quit\r",
  "Ctrl-D on an empty line": "x\x7f" + KEYS.ctrlD,
};
for (const [how, keys] of Object.entries(QUITS)) {
  Deno.test(`runTerminal() leaves at ${how} and restores the terminal`, async () => {
    await using stage = new Stage().start();
    const { conversation, terminal } = stage;
    conversation.hear(bob, "hello");
    await terminal.shows("bob·Qm2d: hello");
    assert(terminal.raw && terminal.screen.bracketedPaste);
    terminal.type(keys);
    await stage.over();
    assertEquals(conversation.closed > 0, true);
    assert(!terminal.raw);
    await terminal.until(() => !terminal.screen.bracketedPaste);
    assertEquals(terminal.screen.rows.at(-1), "12:03 bob·Qm2d: hello");
    assertEquals(terminal.screen.cursorRow, "|");
  });
}

Deno.test("runTerminal() leaves at /quit when all before was accepted", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  terminal.type("bye\r/quit\r");
  await terminal.shows("sending…");
  assertEquals(conversation.closed, 0);
  conversation.answer();
  await stage.over();
  assertEquals(conversation.asked, ["who", "say bye"]);
});

Deno.test("runTerminal() leaves at /quit soon, whatever gets no answer", async () => {
  for (const line of ["/whois bob", "bye"]) {
    await using stage = new Stage().start();
    const { conversation, terminal } = stage;
    await terminal.until(() => conversation.asked.includes("who"));
    conversation.silent = true;
    terminal.type(`${line}\r/quit\r`);
    await terminal.until(() => terminal.delays.includes(2_000));
    assertEquals(conversation.closed, 0);
    terminal.elapse();
    await stage.over();
    assertEquals(conversation.asked.length, 2);
  }
});

Deno.test("runTerminal() lets other commands go ahead of one that takes long, and says so", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  terminal.type("/whois bob\r/rooms\r");
  await terminal.until(() => terminal.delays.includes(5_000));
  assertEquals(conversation.asked, ["who", "whois bob"]);
  terminal.elapse();
  await terminal.shows("it goes on in the background");
  await terminal.until(() => conversation.asked.includes("rooms"));
  conversation.answer();
  await terminal.shows("bob·Qm2d, member");
});

Deno.test("runTerminal() leaves when its signal aborts, before or later", async () => {
  for (const later of [true, false]) {
    await using stage = new Stage();
    const stop = new AbortController();
    if (!later) stop.abort();
    stage.start({ signal: stop.signal });
    if (later) {
      await stage.terminal.shows("2 people");
      stop.abort();
    }
    await stage.over();
    assert(stage.conversation.closed > 0);
  }
});

Deno.test("runTerminal() leaves when the terminal is gone", async () => {
  for (const how of ["end", "hung up", "unwritable"]) {
    await using stage = new Stage().start();
    const { conversation, terminal } = stage;
    await terminal.shows("2 people");
    if (how === "end") terminal.feed(null);
    if (how === "hung up") terminal.tell("hung_up");
    if (how === "unwritable") {
      terminal.gone = true;
      conversation.hear(bob, "hello");
    }
    await stage.over();
    assert(conversation.closed > 0, how);
  }
});

Deno.test("runTerminal() does not wait for a goodbye at a second Ctrl-C", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  const { close } = conversation;
  conversation.close = () => new Promise(() => {}); // never answered
  stage.start();
  terminal.type(KEYS.ctrlC + KEYS.ctrlC);
  await stage.over();
  assert(!terminal.raw);
  conversation.close = close;
});

const HURRIES = {
  "Ctrl-C": { keys: [KEYS.ctrlC] },
  "a signal": { keys: [] },
  "Ctrl-C after /quit": { keys: ["/quit\r", KEYS.ctrlC] },
  "Ctrl-D after /quit": { keys: ["/quit\r", KEYS.ctrlD] },
};
for (const [how, { keys }] of Object.entries(HURRIES)) {
  Deno.test(`runTerminal() drops what is not painted yet at ${how}`, async () => {
    await using stage = new Stage();
    const { conversation, terminal } = stage;
    const stop = new AbortController();
    stage.start({ signal: stop.signal });
    await terminal.shows("2 people");
    const { close } = conversation;
    if (keys.length > 1) conversation.close = () => new Promise(() => {});
    const flood = terminal.stall();
    for (let i = 0; i < 500; i++) conversation.hear(bob, "x\n".repeat(50));
    for (let turn = 0; turn < 40; turn++) await macrotask();
    if (keys.length === 0) stop.abort();
    for (const key of keys) {
      terminal.type(key);
      await macrotask();
    }
    const before = terminal.writes;
    flood.go();
    await stage.over();
    assert(terminal.writes - before <= 2, `${terminal.writes - before} writes`);
    conversation.close = close;
  });
}

Deno.test("runTerminal() shows nothing more after Ctrl-C", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  const { close } = conversation;
  conversation.close = () => new Promise(() => {}); // never answered
  terminal.type(KEYS.ctrlC);
  await macrotask();
  conversation.hear(bob, "too late");
  for (let turn = 0; turn < 10; turn++) await macrotask();
  terminal.type(KEYS.ctrlC);
  await stage.over();
  assert(!terminal.written.includes("too late"));
  conversation.close = close;
});

Deno.test("runTerminal() stops showing the rest at Ctrl-C after a goodbye", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  const flood = terminal.stall();
  for (let i = 0; i < 30; i++) conversation.hear(bob, "x\n".repeat(50));
  conversation.events.end();
  await flood.begun;
  for (let turn = 0; turn < 40; turn++) await macrotask();
  terminal.type(KEYS.ctrlC);
  await macrotask();
  const before = terminal.writes;
  flood.go();
  await stage.over();
  assert(terminal.writes - before <= 2, `${terminal.writes - before} writes`);
});

Deno.test("runTerminal() shows all that was said before /quit", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  const flood = terminal.stall();
  for (let i = 0; i < 30; i++) conversation.hear(bob, `${i}\n`.repeat(50));
  for (let turn = 0; turn < 40; turn++) await macrotask();
  terminal.type("/quit\r");
  await terminal.until(() => conversation.closed > 0);
  flood.go();
  await stage.over();
  assertEquals(terminal.screen.rows.at(-1), "      29");
});

Deno.test("runTerminal() ends after a goodbye, having shown it", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("unfinished");
  await terminal.shows("> unfinished");
  conversation.events.push({ kind: "goodbye", why: "shutdown", text: "bye" });
  conversation.events.end();
  await stage.over();
  assertEquals(terminal.screen.rows.slice(-2), [
    "   -- The server ended the conversation: bye",
    "   -- Not sent: unfinished",
  ]);
});

Deno.test("runTerminal() tells what was perhaps not delivered when the connection breaks", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  const cut = new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: cut");
  conversation.silent = true;
  conversation.refuse(cut);
  terminal.type("are you there?\r");
  await terminal.until(() => conversation.asked.includes("say are you there?"));
  conversation.answer();
  await terminal.shows("-- Perhaps not delivered: are you there?");
  conversation.events.end(cut);
  await assertRejects(() => stage.over(), ChatError, "Cannot go on: cut");
});

Deno.test("runTerminal() asks an host twice who would close the rooms on others", async () => {
  const stage = new Stage();
  await using running = stage.start({ hosting: true });
  const { conversation, terminal } = running;
  for (const key of [KEYS.ctrlC, KEYS.ctrlD]) {
    await terminal.shows("2 people");
    terminal.type(key);
    await terminal.shows("Leave once more");
    terminal.type("x\x7f"); // anything else takes it back
    await terminal.shows("> ");
  }
  assertEquals(conversation.closed, 0);
  terminal.type(KEYS.ctrlC);
  terminal.type(KEYS.ctrlC);
  await running.over();
  assert(conversation.closed > 0);
});

Deno.test("runTerminal() throws what the events throw, the terminal restored", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  const cut = new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: cut");
  await terminal.shows("2 people");
  conversation.hear(bob, "last words");
  conversation.events.end(cut);
  await assertRejects(() => stage.over(), ChatError, "Cannot go on: cut");
  assert(!terminal.raw);
  await terminal.until(() => !terminal.screen.bracketedPaste);
  assertEquals(terminal.screen.rows.at(-1), "12:03 bob·Qm2d: last words");
});

Deno.test("runTerminal() throws a bug of the conversation, the terminal restored", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.refuse(new RangeError("a bug"));
  terminal.type("x\r");
  await assertRejects(() => stage.over(), RangeError, "a bug");
  assert(!terminal.raw);
});

Deno.test("runTerminal() restores the terminal when the process dies", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  await terminal.shows("2 people");
  terminal.tell("dying");
  assert(!terminal.raw);
  await terminal.until(() => !terminal.screen.bracketedPaste);
});

Deno.test("runTerminal() takes the terminal back after it was stopped", async () => {
  await using stage = new Stage().start();
  const { terminal } = stage;
  terminal.type(pasted("typing\nlines"));
  await terminal.shows("  lines");
  terminal.raw = false; // a shell took over
  await terminal.screen.write("\r\n[1]+ Stopped\x1b[?2004l\r\n$ fg\r\n");
  terminal.tell("continued");
  await terminal.until(() => terminal.screen.bracketedPaste);
  assert(terminal.raw);
  assertEquals(terminal.screen.rows.slice(-4), [
    "$ fg",
    "open #lobby> typing",
    "             lines",
    "open #lobby · 2 people · alice·x7Kp · garden",
  ]);
});
