import { ChatError } from "../../../lib/errors.ts";
import type { Outgoing } from "../../../lib/room/conversation.ts";
import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { KEYS, macrotask } from "../../support/fake_terminal.ts";
import { NOON } from "../../support/people.ts";
import { Stage } from "./stage.ts";

const waiting: Outgoing = {
  number: 7,
  kind: "say",
  room: 0,
  text: "are you there?",
  at: NOON - 1_000,
  state: "sending",
  why: null,
};

Deno.test("runTerminal() is calm about a lost connection and counts down to the next", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  let now = NOON;
  terminal.now = (): number => now;
  terminal.patient = true;
  stage.start();
  await terminal.shows("2 people");
  conversation.lose(4_000, "Cannot go on: cut off");
  await terminal.shows("open #lobby · reconnecting in 4 s");
  await terminal.shows("-- The connection is lost: cut off");
  await terminal.shows("What you write is kept");
  now += 1_000;
  terminal.elapse();
  await terminal.shows("reconnecting in 3 s");
  now += 3_000;
  conversation.lose(60_000, "Cannot connect: nobody answers");
  await terminal.shows("reconnecting in 60 s");
  conversation.lose(0);
  await terminal.shows("-- Connected again");
  const told = terminal.screen.everything.filter((row) => (
    row.includes("lost") || row.includes("reconnecting")
  ));
  assertEquals(told.length, 1);
  const asked = conversation.asked.filter((what) => what === "who");
  assertEquals(asked.length, 2); // who is here may have changed
});

Deno.test("runTerminal() keeps in sight what is not sent yet", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  conversation.wait(waiting);
  conversation.wait({ ...waiting, number: 8, at: NOON, text: "just now" });
  await terminal.shows("     … #lobby are you there?");
  await terminal.shows("open #lobby · 1 waiting · 2 people");
  assert(!terminal.screen.rows.join().includes("just now"));
  for (const number of [9, 10, 11]) {
    conversation.wait({ ...waiting, number, text: `text ${number}\x1b[2J` });
  }
  await terminal.shows("4 waiting");
  assertEquals(terminal.screen.rows.slice(-5, -1), [
    "     … #lobby text 9",
    "     … #lobby text 10",
    "     … #lobby text 11",
    "open #lobby> ",
  ]);
  for (const number of [7, 8, 9, 10, 11]) {
    conversation.wait({ ...waiting, number, state: "sent" });
  }
  await terminal.until(() => !terminal.screen.rows.join().includes("…"));
});

Deno.test("runTerminal() tells once that a message failed, and how to go on", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.silent = true;
  conversation.refuse(new ChatError("CHAT_MUTED", "Cannot say that: muted"));
  terminal.type("hello\r");
  await terminal.until(() => conversation.asked.includes("say hello"));
  const message = { ...waiting, text: "hello", state: "failed" } as const;
  conversation.wait({ ...message, why: "Cannot say that: muted" });
  conversation.answer();
  await terminal.shows("-- Not sent to #lobby: hello");
  await terminal.shows("/retry 7 sends it again");
  await terminal.shows("open #lobby · 1 not sent, /outbox");
  assert(!terminal.screen.rows.join().includes("Up brings"));
  terminal.type("/retry\r");
  await terminal.until(() => conversation.asked.includes("retry 7"));
});

Deno.test("runTerminal() waits for no message before it asks something else", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  conversation.say = async (text, room): Promise<void> => {
    conversation.asked.push(`say ${text} in ${room}`);
    await new Promise(() => {}); // not stored, ever
  };
  terminal.type("/msg bob psst\r/whois bob\r");
  await terminal.shows("SHA256:Qm2d");
  assert(conversation.asked.includes("say psst in 1"));
});

Deno.test("runTerminal() tells what waits from before, and what is kept at the end", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  conversation.outgoing = [waiting];
  stage.start({ keeps: true });
  await terminal.shows("-- 1 message from before is not sent yet");
  terminal.type(KEYS.ctrlC);
  await stage.over();
  assertEquals(
    terminal.screen.rows.at(-1),
    "   -- 1 message not sent yet: kept until you connect again",
  );
});

Deno.test("runTerminal() leaves at /quit without a connection, whatever waits", async () => {
  for (const before of [true, false]) {
    await using stage = new Stage().start();
    const { conversation, terminal } = stage;
    await terminal.until(() => conversation.asked.includes("who"));
    conversation.silent = true;
    if (before) conversation.lose(4_000);
    if (before) await terminal.shows("reconnecting");
    terminal.type("unsent\r/quit\r");
    await terminal.until(() => conversation.asked.includes("say unsent"));
    for (let turn = 0; turn < 10; turn++) await macrotask();
    if (!before) assertEquals(conversation.closed, 0);
    if (!before) conversation.lose(4_000);
    await stage.over();
    assert(conversation.closed > 0);
  }
});

Deno.test("runTerminal() does not tell that we are typing while nobody can know", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.shows("2 people");
  conversation.lose(4_000);
  await terminal.shows("reconnecting");
  terminal.type("hello");
  await terminal.shows("> hello");
  assertEquals(conversation.noted, []);
});

Deno.test("runTerminal() tells what cannot be asked now, without telling to reconnect", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  await terminal.until(() => conversation.asked.includes("who"));
  const error = new ChatError("CHAT_CONNECTION_CUT", "Cannot ask: no way");
  conversation.refuse(error);
  terminal.type("/rooms\r");
  await terminal.shows("-- Cannot ask: no way. (Up brings the text back)");
});

Deno.test("runTerminal() tells a goodbye once: itself, or as the error", async () => {
  for (const throws of [true, false]) {
    await using stage = new Stage().start();
    const { conversation, terminal } = stage;
    await terminal.shows("2 people");
    const goodbye = {
      kind: "goodbye",
      why: "kicked",
      text: "be nice",
    } as const;
    conversation.events.push(goodbye);
    const error = new ChatError("CHAT_KICKED", "Cannot stay: be nice");
    conversation.events.end(throws ? error : undefined);
    if (throws) await assertRejects(() => stage.over(), ChatError);
    else await stage.over();
    const told = terminal.screen.everything.join().includes("be nice");
    assertEquals(told, !throws);
  }
});
