import { ChatError } from "../../../lib/errors.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { directRoom, openRoom } from "../../support/fake_conversation.ts";
import { KEYS, macrotask } from "../../support/fake_terminal.ts";
import { member, NOON } from "../../support/people.ts";
import { Stage } from "./stage.ts";

const bob = member("bob", "Qm2d");
const NEXT = "\x0e"; // Ctrl-N
const BACK = "\x10"; // Ctrl-P

/** A stage with the rooms #dev and @bob besides the lobby. */
function withRooms(): Stage {
  const stage = new Stage();
  stage.conversation.rooms.set(1, openRoom(1, "dev"));
  stage.conversation.rooms.set(2, directRoom(2, bob));
  return stage;
}

Deno.test("runTerminal() says what is typed in the room where it is typed", async () => {
  await using stage = withRooms().start();
  const { conversation, terminal } = stage;
  terminal.type(`one\r${NEXT}two\r${NEXT}/me three\r${BACK}${BACK}four\r`);
  await terminal.until(() => conversation.asked.includes("say four"));
  const said = conversation.asked.filter((asked) => !asked.startsWith("who"));
  assertEquals(said, ["say one", "say two in 1", "act three in 2", "say four"]);
});

Deno.test("runTerminal() begins in the room it is told", async () => {
  await using stage = withRooms().start({ room: 1 });
  const { conversation, terminal } = stage;
  await terminal.shows("── #dev ──");
  terminal.type("hi\r");
  await terminal.until(() => conversation.asked.includes("say hi in 1"));
});

Deno.test("runTerminal() leaves what was being typed in its room", async () => {
  await using stage = withRooms().start();
  const { terminal } = stage;
  terminal.type("half a thought" + NEXT);
  await terminal.until(() => terminal.screen.cursorRow === "open #dev> |");
  terminal.type("other" + BACK);
  await terminal.until(() => (
    terminal.screen.cursorRow === "open #lobby> half a thought|"
  ));
  terminal.type(NEXT);
  await terminal.until(() => terminal.screen.cursorRow === "open #dev> other|");
});

Deno.test("runTerminal() sends nothing on the way to another room, and takes the text along", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  terminal.type("/join dev\rhello\r");
  await terminal.shows("-- Not sent yet: press Enter again when");
  assertEquals(terminal.screen.cursorRow, "open #lobby> hello|");
  conversation.silent = false;
  conversation.answer();
  await terminal.until(() => terminal.screen.cursorRow === "open #dev> hello|");
  terminal.type("\r");
  await terminal.until(() => conversation.asked.includes("say hello in 1"));
  assert(!conversation.asked.includes("say hello"));
});

Deno.test("runTerminal() asks who is there when somebody who is away speaks", async () => {
  await using stage = withRooms();
  const { conversation, terminal } = stage;
  const { members } = conversation;
  conversation.members = [conversation.self];
  stage.start({ room: 2 });
  await terminal.shows("@bob (away)");
  conversation.members = members;
  conversation.hear(bob, "here I am", 2);
  await terminal.until(() => (
    !terminal.screen.rows.some((row) => row.includes("(away)"))
  ));
  assertEquals(conversation.asked, ["who in 2", "who in 2"]);
});

Deno.test("runTerminal() shows the header of a new room before its past", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  terminal.type("/join dev\r");
  await terminal.until(() => conversation.asked.includes("join dev"));
  conversation.enter(openRoom(1, "dev")); // as the server tells before it answers
  conversation.hear(bob, "long ago", 1);
  for (let turn = 0; turn < 10; turn++) await macrotask();
  assert(!terminal.screen.rows.some((row) => row.includes("long ago")));
  conversation.answer();
  await terminal.shows("bob·Qm2d: long ago");
  const rows = terminal.screen.rows.map((row) => row.trimEnd());
  const header = rows.indexOf("── #dev ──");
  assertEquals(rows[header + 1], "12:03 bob·Qm2d: long ago");
});

Deno.test("runTerminal() goes on with what waited for a room that cannot be joined", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  conversation.refuse();
  terminal.type("/join dev\r");
  await terminal.until(() => conversation.asked.includes("join dev"));
  conversation.enter(openRoom(1, "dev"));
  conversation.hear(bob, "by another way", 1);
  conversation.answer();
  await terminal.shows("#dev bob·Qm2d: by another way");
});

Deno.test("runTerminal() repeats the name that nobody has, and gives a hint that fits", async () => {
  await using stage = withRooms().start();
  const { conversation, terminal } = stage;
  const code = "CHAT_NO_SUCH_MEMBER";
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.refuse(new ChatError(code, "Cannot ask: nobody"));
  terminal.type("/whois gina\r");
  await terminal.shows("-- Cannot ask: nobody: gina. See /who for");
  conversation.refuse(new ChatError(code, "Cannot ask: that is you"));
  terminal.type("/whois alice\r");
  await terminal.shows("-- Cannot ask: that is you. (Up brings");
});

Deno.test("runTerminal() stays where it is when a room cannot be joined", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.refuse();
  terminal.type("/join dev\r");
  await terminal.shows("-- Cannot say that.");
  terminal.type("hello\r");
  await terminal.until(() => conversation.asked.includes("say hello"));
});

Deno.test("runTerminal() never sends to another room what was typed in one that is gone", async () => {
  await using stage = withRooms().start({ room: 1 });
  const { conversation, terminal } = stage;
  terminal.type("for dev alone");
  await terminal.shows("open #dev> for dev alone");
  conversation.events.push({ kind: "parted", room: 1 });
  await terminal.until(() => terminal.screen.cursorRow === "open #lobby> |");
  await terminal.shows("-- You are not in #dev any more");
  terminal.type(KEYS.up);
  await terminal.shows("open #lobby> for dev alone");
});

Deno.test("runTerminal() survives events of rooms that nobody told of", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  const at = { ...bob, room: 99, seq: 1, at: NOON };
  conversation.events.push({ ...at, kind: "typing" });
  conversation.events.push({ ...at, kind: "marks", delivered: 1, read: 1 });
  conversation.events.push({ ...at, kind: "joined" });
  conversation.events.push({ kind: "parted", room: 98 });
  conversation.hear(bob, "hello", 99);
  await terminal.shows("12:03 #?99 bob·Qm2d: hello");
});

Deno.test("runTerminal() completes rooms and goes to one by its name", async () => {
  await using stage = withRooms().start();
  const { terminal } = stage;
  terminal.type("/room d\t\r");
  await terminal.shows("── #dev ──");
  terminal.type("/room bob\r");
  await terminal.until(() => terminal.screen.cursorRow === "sealed @bob> |");
});

Deno.test("runTerminal() offers commands as its standing changes", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type("/un\t");
  await terminal.until(() => terminal.screen.cursorRow === "open #lobby> /un|");
  conversation.standing = "operator";
  conversation.events.push({ kind: "standing", standing: "operator" });
  await terminal.shows("-- You are an operator now");
  terminal.type("\t");
  await terminal.shows("open #lobby> /unmute");
});

Deno.test("runTerminal() notes a direct room as read when its lines are painted", async () => {
  await using stage = withRooms().start();
  const { conversation, terminal } = stage;
  conversation.hear(bob, "psst", 2);
  await terminal.shows("12:03 @bob bob·Qm2d: psst");
  assertEquals(conversation.noted, []);
  const flood = terminal.stall();
  terminal.type(NEXT + NEXT);
  await flood.begun;
  for (let turn = 0; turn < 10; turn++) await macrotask();
  assertEquals(conversation.noted, []); // not painted yet
  flood.go();
  await terminal.until(() => conversation.noted.includes("read 2"));
});

Deno.test("runTerminal() notes nothing as read while lines wait to be painted", async () => {
  await using stage = withRooms().start({ room: 2 });
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who in 2"));
  const { write } = terminal;
  let early = false;
  terminal.write = (text): Promise<boolean> => {
    early ||= conversation.noted.length > 0 && text.includes("message");
    return write.call(terminal, text);
  };
  for (let i = 0; i < 10; i++) {
    conversation.hear(bob, Array(90).fill("message").join("\n"), 2);
  }
  await terminal.until(() => conversation.noted.includes("read 2"));
  assert(!early);
});

Deno.test("runTerminal() tells that we are typing text, and no commands", async () => {
  await using stage = withRooms().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  terminal.type("/whois x");
  await terminal.shows("/whois x");
  assertEquals(conversation.noted, []);
  terminal.type("\x15hello"); // Ctrl-U first
  await terminal.shows("> hello");
  terminal.type(" there");
  await terminal.shows("> hello there");
  assertEquals(conversation.noted, ["typing 0"]);
  terminal.type("\ragain");
  await terminal.shows("> again");
  assertEquals(conversation.noted, ["typing 0", "typing 0"]);
});

Deno.test("runTerminal() shows who is typing, until it is over", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  let now = NOON;
  terminal.now = (): number => now;
  terminal.patient = true;
  stage.start();
  const typing = { ...bob, kind: "typing", room: 0, seq: 1, at: NOON } as const;
  conversation.events.push(typing);
  await terminal.shows("open #lobby · bob is typing");
  now += 6_000;
  terminal.elapse();
  await terminal.until(() => !terminal.screen.rows.join().includes("typing"));
  conversation.events.push(typing);
  await terminal.shows("bob is typing");
  conversation.hear(bob, "done");
  await terminal.until(() => !terminal.screen.rows.join().includes("typing"));
});
