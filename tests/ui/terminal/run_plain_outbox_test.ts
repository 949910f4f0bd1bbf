import { ChatError } from "../../../lib/errors.ts";
import {
  type PlainOptions,
  runPlain,
} from "../../../lib/ui/terminal/run_plain.ts";
import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { FakeConversation } from "../../support/fake_conversation.ts";
import { FakePlain } from "../../support/fake_plain.ts";
import { NOON } from "../../support/people.ts";

Deno.test("runPlain() gives up a refused line, which was told, instead of keeping it", async () => {
  const { conversation, io, run } = setup();
  const failed = {
    number: 3,
    kind: "say",
    room: 0,
    text: "no",
    at: NOON,
    state: "failed",
    why: null,
  } as const;
  conversation.outgoing = [failed, { ...failed, number: 4, room: 1 }];
  conversation.refuse(new ChatError("CHAT_MUTED", "Cannot say: muted"));
  io.type("no\n", { end: true });
  await assertRejects(() => run(), ChatError, "Cannot send 1 of 1 lines");
  assertEquals(conversation.asked, ["say no", "discard 3"]);
});

Deno.test("runPlain() tells once of a line that was refused, and advises no commands to pipes", async () => {
  const failed = {
    number: 3,
    kind: "say",
    room: 0,
    text: "no",
    at: NOON,
    state: "failed",
    why: "Cannot say: muted",
  } as const;
  for (const raw of [true, false]) {
    const { conversation, io, run } = setup();
    const old = { ...failed, number: 1, text: "old" };
    conversation.outgoing = [{ ...old, state: "sending" }];
    const running = run({ raw });
    conversation.wait(old);
    await io.until(() => io.stderr.includes("Not sent to #lobby: old"));
    conversation.wait(failed);
    conversation.refuse(new ChatError("CHAT_MUTED", "Cannot say: muted"));
    io.type("no\n", { end: true });
    await assertRejects(() => running, ChatError, "Cannot send 1 of 1 lines");
    assert(!io.stderr.includes("lobby: no"), io.stderr);
    assert(io.stderr.includes("line 1: Cannot say: muted"), io.stderr);
    assertEquals(io.stderr.includes("/retry 1"), !raw, io.stderr);
    assertEquals(io.stderr.includes("/outbox"), !raw, io.stderr);
    assertEquals(io.stderr.includes("It is kept: connect from"), raw);
  }
});

Deno.test("runPlain() tells what waits from before, and what is kept at the end", async () => {
  for (const json of [true, false]) {
    const { conversation, io, run } = setup();
    const state = "sending";
    conversation.outgoing = [
      {
        number: 3,
        kind: "say",
        room: 0,
        text: "x",
        at: NOON,
        state,
        why: null,
      },
    ];
    io.type("", { end: true });
    await run({ json, keeps: true });
    const told =
      "   -- 1 message from before is not sent yet; /outbox lists them\n" +
      "   -- 1 message not sent yet: kept until you connect again\n";
    assertEquals(io.stderr, json ? "" : told);
  }
});

Deno.test("runPlain() ends with the hint that fits what was asked", async () => {
  const { conversation, io, run } = setup();
  conversation.standing = "operator";
  const what = "Cannot unmute: they are not muted";
  conversation.refuse(new ChatError("CHAT_NO_SUCH_MEMBER", what));
  io.type("/unmute bob\n", { end: true });
  const error = await assertRejects(() => run(), ChatError);
  assertEquals(error.message, `Cannot send 1 of 1 lines: ${what}: bob`);
  assertEquals(error.hint, "See /bans for who is muted or banned");
});

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
