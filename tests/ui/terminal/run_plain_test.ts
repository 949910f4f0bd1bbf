import { ChatError } from "../../../lib/errors.ts";
import {
  type PlainOptions,
  runPlain,
} from "../../../lib/ui/terminal/run_plain.ts";
import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import {
  directRoom,
  FakeConversation,
  openRoom,
} from "../../support/fake_conversation.ts";
import { macrotask } from "../../support/fake_terminal.ts";
import { FakePlain } from "../../support/fake_plain.ts";
import { member, NOON } from "../../support/people.ts";

const bob = member("bob", "Qm2d");
const position = { room: 0, seq: 1, at: NOON };

Deno.test("runPlain() says every line, then leaves", async () => {
  const { conversation, io, run } = setup();
  io.type("one\ntwo\r\n\n//slash\nlast", { end: true });
  await run();
  assertEquals(conversation.asked, [
    "say one",
    "say two",
    "say /slash",
    "say last",
  ]);
  assert(conversation.closed > 0);
});

Deno.test("runPlain() says a line when the one before was accepted", async () => {
  const { conversation, io, run } = setup();
  conversation.silent = true;
  io.type("one\ntwo\n", { end: true });
  const running = run();
  for (let turn = 0; turn < 10; turn++) await macrotask();
  assertEquals(conversation.asked, ["say one"]);
  assertEquals(conversation.closed, 0); // not before all is accepted
  conversation.answer();
  await io.until(() => conversation.asked.length === 2);
  conversation.answer();
  await running;
});

Deno.test("runPlain() writes messages to stdout and the rest to stderr", async () => {
  const { conversation, io, run } = setup();
  conversation.hear(bob, "hello\nworld");
  conversation.events.push({ ...position, ...bob, kind: "did", text: "waves" });
  conversation.events.push({ ...position, ...bob, kind: "joined" });
  conversation.notice("be kind");
  conversation.events.push({ kind: "goodbye", why: "shutdown", text: "" });
  conversation.events.end();
  await run();
  assertEquals(
    io.stdout,
    "2026-03-03 12:03 bob·Qm2d: hello\n      world\n" +
      "2026-03-03 12:03 * bob·Qm2d waves\n",
  );
  assertEquals(
    io.stderr,
    "2026-03-03 12:03 → bob·Qm2d joined\n   -- be kind\n" +
      "   -- The server ended the conversation\n",
  );
});

Deno.test("runPlain() carries out commands, their answers on stderr", async () => {
  const { conversation, io, run } = setup();
  conversation.standing = "operator";
  io.type("/me waves\n/who\n/whois bob\n/kick bob\n/help\n/quit\nunsaid\n");
  await run();
  assertEquals(conversation.asked, [
    "act waves",
    "who",
    "whois bob",
    "kick bob",
  ]);
  assert(io.stderr.includes("-- 2 people in #lobby: alice·x7Kp, bob·Qm2d\n"));
  assert(io.stderr.includes("SHA256:Qm2d"));
  assert(io.stderr.includes("/whois NAME"));
  assertEquals(io.stdout, "");
});

Deno.test("runPlain() goes on after a refused line and tells at the end", async () => {
  const { conversation, io, run } = setup();
  const blank = new ChatError("CHAT_MESSAGE_INVALID", "Cannot send: x");
  conversation.refuse(blank);
  io.type("one\n/hlep\ntwo\n", { end: true });
  const error = await assertRejects(() => run(), ChatError);
  assertEquals(error.code, "CHAT_MESSAGE_INVALID");
  assertEquals(error.message, "Cannot send 2 of 3 lines: Cannot send: x");
  assertEquals(conversation.asked, ["say one", "say two"]);
  assertEquals(
    io.stderr,
    "line 1: Cannot send: x\n" +
      "line 2: Cannot send message: There is no /hlep; did you mean /help?\n",
  );
});

Deno.test("runPlain() shows no control of a server in its refusals", async () => {
  const { conversation, io, run } = setup();
  const text = "Cannot send: \x1b[2Jx\n\u{202e}y";
  conversation.refuse(new ChatError("CHAT_MESSAGE_INVALID", text));
  io.type("one\n", { end: true });
  const error = await assertRejects(() => run(), ChatError);
  assertEquals(error.message, "Cannot send 1 of 1 lines: Cannot send: x y");
  assertEquals(io.stderr, "line 1: Cannot send: x y\n");
});

Deno.test("runPlain() refuses lines that are too long or not UTF-8", async () => {
  const { conversation, io, run } = setup();
  io.type("x".repeat(16_385) + "\n");
  io.feed(new Uint8Array([0xff, 0x0a]));
  io.type("ok", { end: true });
  await assertRejects(() => run(), ChatError);
  assertEquals(conversation.asked, ["say ok"]);
  assertEquals(
    io.stderr,
    "line 1: Cannot send message: it is longer than 16384 bytes\n" +
      "line 2: Cannot send message: it is not UTF-8\n",
  );
});

Deno.test("runPlain() tells what is too fast, which whoever asks has tried again", async () => {
  const { conversation, io, run } = setup();
  conversation.refuse();
  io.type("one\ntwo\n", { end: true });
  await assertRejects(() => run(), ChatError, "Cannot say that");
  assertEquals(conversation.asked, ["say one", "say two"]);
});

Deno.test("runPlain() with json writes an object per event and says every line", async () => {
  const { conversation, io, run } = setup();
  const refusal = new ChatError("CHAT_MESSAGE_INVALID", "Cannot send: x");
  conversation.notice("be\x1b kind");
  io.type("/quit\n\n//x\n");
  const running = run({ json: true });
  await io.until(() => conversation.asked.length === 2);
  conversation.refuse(refusal);
  io.type("refused\n", { end: true });
  await running; // a bot has been told already
  assertEquals(conversation.asked, ["say /quit", "say //x", "say refused"]);
  const events = io.stdout.trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(events[0].event, "entered");
  assertEquals(events[0].name, "alice");
  assertEquals(events.slice(1).map(({ event, text }) => [event, text]), [
    ["notice", "be\x1b kind"],
    ["said", "/quit"],
    ["said", "//x"],
    ["refused", "refused"],
  ]);
  assertEquals(io.stderr, "");
});

Deno.test("runPlain() with raw says every line, whatever it begins with", async () => {
  const { conversation, io, run } = setup();
  io.type("/etc/passwd\n//x\n/quit\nlast\n", { end: true });
  await run({ raw: true });
  assertEquals(conversation.asked, [
    "say /etc/passwd",
    "say //x",
    "say /quit",
    "say last",
  ]);
});

Deno.test("runPlain() with stay listens after the end of the input", async () => {
  const { conversation, io, run } = setup();
  io.type("one\n", { end: true });
  const running = run({ stay: true });
  await io.until(() => io.stdout.includes("one"));
  conversation.hear(bob, "still there?");
  await io.until(() => io.stdout.includes("still there?"));
  assertEquals(conversation.closed, 0);
  conversation.events.end();
  await running;
});

Deno.test("runPlain() ends quietly when nobody reads", async () => {
  for (const json of [true, false]) {
    const { conversation, io, run } = setup();
    io.hasReader = false;
    conversation.hear(bob, "hello");
    await run({ json });
    assert(conversation.closed > 0);
  }
});

Deno.test("runPlain() leaves when its signal aborts", async () => {
  const { conversation, io, run } = setup();
  const stop = new AbortController();
  const running = run({ signal: stop.signal });
  conversation.hear(bob, "hello");
  await io.until(() => io.stdout.includes("hello"));
  stop.abort();
  await running;
  assert(conversation.closed > 0);
  await setup().run({ signal: stop.signal }); // aborted before
});

Deno.test("runPlain() throws what the events throw", async () => {
  const { conversation, run } = setup();
  conversation.events.end(new ChatError("CHAT_KICKED", "Cannot stay: bye"));
  const error = await assertRejects(() => run(), ChatError);
  assertEquals(error.code, "CHAT_KICKED");
});

Deno.test("runPlain() throws a bug of the conversation", async () => {
  const { conversation, io, run } = setup();
  conversation.refuse(new RangeError("a bug"));
  io.type("one\n");
  await assertRejects(() => run(), RangeError, "a bug");
});

Deno.test("runPlain() wraps for a terminal, so that no text begins a line", async () => {
  const { conversation, io, run } = setup();
  io.width = 50;
  const gap = " ".repeat(25);
  conversation.hear(bob, "x".repeat(100));
  conversation.hear(bob, `hi${gap}2026-03-03 12:03 eve·Qm2d: no`);
  conversation.notice(`hi${" ".repeat(44)}2026-03-03 12:03 eve·Qm2d: no`);
  conversation.refuse(
    new ChatError("CHAT_MESSAGE_INVALID", `Cannot${gap}say ${gap}12:03 it`),
  );
  io.type("one\n", { end: true });
  await assertRejects(() => run(), ChatError);
  const rows = (io.stdout + io.stderr).trimEnd().split("\n");
  assertEquals(Math.max(...rows.map(({ length }) => length)), 49);
  assertEquals(
    rows.filter((row) => !row.startsWith(" ")).map((row) => row.slice(0, 14)),
    ["2026-03-03 12:", "2026-03-03 12:", "line 1: Cannot"],
  );
});

Deno.test("runPlain() says its lines in the room it is told", async () => {
  const { conversation, io, run } = setup();
  conversation.rooms.set(1, openRoom(1, "dev"));
  io.type("one\n/me waves\n/room lobby\nthree\n", { end: true });
  await run({ room: 1 });
  assertEquals(conversation.asked, [
    "say one in 1",
    "act waves in 1",
    "say three",
  ]);
  assert(io.stderr.includes("── #lobby ──"));
});

Deno.test("runPlain() with json names the room of every event", async () => {
  const { conversation, io, run } = setup();
  conversation.rooms.set(1, openRoom(1, "dev"));
  conversation.hear(bob, "a");
  conversation.hear(bob, "b", 1);
  conversation.hear(bob, "c", 7);
  conversation.enter(directRoom(2, bob));
  conversation.hear(bob, "d", 2);
  conversation.events.push({ kind: "parted", room: 1 });
  conversation.refuse(new ChatError("CHAT_MESSAGE_INVALID", "Cannot say: x"));
  io.type("no\n", { end: true });
  await run({ json: true, room: 1 });
  const events = io.stdout.trimEnd().split("\n").map((line) => (
    JSON.parse(line)
  ));
  assertEquals(
    events.map(({ event, room }) => `${event} ${room}`).sort(),
    [
      "entered dev",
      "parted dev",
      "refused dev",
      "room @bob",
      "said ?7",
      "said @bob",
      "said dev",
      "said lobby",
    ],
  );
});

Deno.test("runPlain() shows a goodbye that is an error once, and to programs always", async () => {
  for (const json of [true, false]) {
    const { conversation, io, run } = setup();
    const goodbye = {
      kind: "goodbye",
      why: "kicked",
      text: "be nice",
    } as const;
    conversation.events.push(goodbye);
    const error = new ChatError("CHAT_KICKED", "Cannot stay: be nice");
    conversation.events.end(error);
    await assertRejects(() => run({ json }), ChatError);
    assertEquals((io.stdout + io.stderr).includes("be nice"), json);
  }
});

/** A conversation in a pipe. */
function setup(): {
  conversation: FakeConversation;
  io: FakePlain;
  run: (options?: PlainOptions) => Promise<void>;
} {
  const conversation = new FakeConversation();
  const io = new FakePlain();
  return {
    conversation,
    io,
    run(options): Promise<void> {
      const all = { timeZone: "UTC", ...options };
      const running = runPlain(conversation, io, all);
      running.catch(() => {}); // whoever awaits it is told
      return running;
    },
  };
}
