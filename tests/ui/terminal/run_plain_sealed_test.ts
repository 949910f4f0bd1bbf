import {
  type PlainOptions,
  runPlain,
} from "../../../lib/ui/terminal/run_plain.ts";
import { ChatError } from "../../../lib/errors.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { FakeConversation } from "../../support/fake_conversation.ts";
import { FakePlain } from "../../support/fake_plain.ts";
import { MEMBER } from "../../support/fake_sealed_rooms.ts";
import { macrotask } from "../../support/fake_terminal.ts";
import { NOON } from "../../support/people.ts";
import { assertRefusesLater } from "../../support/refusal.ts";
import { directRoom, sealedRoom } from "../../support/rooms.ts";

const LINK = `chat://host:1/plans#key=${"A".repeat(43)}`;

/** A conversation with a room of bob and us, who is not there to take keys. */
class Stand {
  readonly conversation = new FakeConversation();
  readonly io = new FakePlain();
  readonly said: string[] = [];
  /** Ends what waits, as the end of a conversation does. */
  readonly over = Promise.withResolvers<void>();

  constructor() {
    const { rooms, members, sealed } = this.conversation;
    const [, bob] = members;
    assert(bob !== undefined);
    rooms.set(1, directRoom(1, bob));
    sealed.statuses.set(1, { ...MEMBER, phase: "waiting" });
    this.conversation.say = (text, room = 0): Promise<void> => {
      this.said.push(`${text} in ${room}`);
      if (room === 0) return Promise.resolve();
      const message = { number: 4, kind: "say", room, text, at: NOON } as const;
      this.conversation.wait({ ...message, state: "sending", why: null });
      return this.over.promise;
    };
  }

  run(options: PlainOptions = {}): Promise<void> {
    return runPlain(this.conversation, this.io, {
      timeZone: "UTC",
      ...options,
    });
  }
}

Deno.test("runPlain() goes on when what a person says waits for somebody", async () => {
  const stand = new Stand();
  stand.io.type("/msg bob hello\nnext\n", { end: true });
  await stand.run();
  assertEquals(stand.said, ["hello in 1", "next in 0"]);
  assert(stand.io.stderr.includes("-- @bob: waits for bob\n"));
  assert(stand.io.stderr.includes("1 message not sent, and not kept"));
});

Deno.test("runPlain() waits for each line of a pipe, whoever that waits for", async () => {
  const stand = new Stand();
  stand.io.type("hello\nnext\n", { end: true });
  const running = stand.run({ raw: true, room: 1 });
  for (let turn = 0; turn < 20; turn++) await macrotask();
  assertEquals(stand.said, ["hello in 1"]);
  assertEquals(stand.conversation.closed, 0);
  stand.over.reject(new ChatError("CHAT_CONNECTION_CUT", "Cannot say: over"));
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => running);
});

Deno.test("runPlain() tells that what waited has failed, with how to go on", async () => {
  const stand = new Stand();
  stand.io.type("/msg bob hello\n");
  const running = stand.run({ stay: true });
  await stand.io.until(() => stand.io.stderr.includes("waits for bob"));
  const [message] = stand.conversation.outgoing;
  assert(message !== undefined);
  stand.conversation.wait({ ...message, state: "failed", why: "Cannot: no" });
  await stand.io.until(() => stand.io.stderr.includes("/retry 4"));
  stand.conversation.events.end();
  await running;
});

Deno.test("runPlain() sends no key of a sealed room to where the server can read it", async () => {
  for (const raw of [false, true]) {
    const stand = new Stand();
    stand.io.type(`see ${LINK}\n`, { end: true });
    const error = await assertRefusesLater(
      "CHAT_MESSAGE_INVALID",
      () => stand.run({ raw }),
      "holds the key of a sealed room",
    );
    assert(!`${error.message}${stand.io.stderr}`.includes("AAAA"));
    assertEquals(stand.said, []);
  }
});

Deno.test("runPlain() sends no line to the open that begins as one for a room of two", async () => {
  const stand = new Stand();
  stand.io.type("@bob psst\n@bobby hi\n", { end: true });
  await assertRefusesLater(
    "CHAT_MESSAGE_INVALID",
    () => stand.run(),
    "the server can read #lobby; /msg bob TEXT is for them alone",
  );
  assertEquals(stand.said, ["@bobby hi in 0"]);
  const file = new Stand(); // what comes out of a file is a text
  file.io.type("@bob psst\n", { end: true });
  await file.run({ raw: true });
  assertEquals(file.said, ["@bob psst in 0"]);
});

Deno.test("runPlain() calls sealed rooms by their names in JSON, new ones too", async () => {
  const stand = new Stand();
  const { conversation, io } = stand;
  conversation.enter(sealedRoom(5, "plans"));
  const change = { kind: "entered", members: 1 } as const;
  conversation.events.push({
    ...{ kind: "sealed", room: 5, entry: 0, at: NOON },
    change,
  });
  conversation.events.end();
  await stand.run({ json: true, stay: true });
  const lines = io.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.slice(1).map(({ event, room }) => [event, room]), [
    ["room", "&plans"],
    ["sealed_entered", "&plans"],
  ]);
});
