import type {
  ConversationEvent,
  Outgoing,
} from "../../lib/room/conversation.ts";
import { eventLines } from "../../lib/ui/event_line.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { assertEquals } from "../support/assert.ts";
import { NOON } from "../support/people.ts";

type Event = Parameters<typeof eventLines>[0];

function show(event: Event): string[] {
  const label = (room: number): string => `#r${room}`;
  return eventLines(event, { label, maxLines: Infinity })
    .map(({ spans }) => toPlain(spans));
}

function outgoing(change: Partial<Outgoing>): Event {
  const message: Outgoing = {
    number: 7,
    kind: "say",
    room: 2,
    text: "hi\nthere",
    at: NOON,
    state: "failed",
    why: null,
    ...change,
  };
  return { kind: "outgoing", message };
}

Deno.test("eventLines() tells what failed, why, and how to send it again", () => {
  assertEquals(show(outgoing({ why: "Cannot\x1b[2J\nsay" })), [
    "   -- Not sent to #r2: hi there",
    "      Cannot say",
    "      /retry 7 sends it again, /discard 7 gives it up",
  ]);
  assertEquals(
    show(outgoing({ text: "x".repeat(100) }))[0],
    `   -- Not sent to #r2: ${"x".repeat(39)}…`,
  );
  assertEquals(show(outgoing({ state: "sending" })), []);
  assertEquals(show(outgoing({ state: "sent" })), []);
});

Deno.test("eventLines() is alarmed by what is missing and what has changed", () => {
  const missed = { kind: "missed", room: 1, from: 3, to: 3 } as const;
  const alarms: ConversationEvent[] = [
    missed,
    { ...missed, to: 12 },
    { kind: "changed", room: 1, text: "an older\x1b[2J backup" },
  ];
  const shown = alarms.map((event) =>
    eventLines(event as Event, {
      label: () => "#dev",
      maxLines: 9,
    })
  ).flat();
  assertEquals(shown.map(({ spans }) => toPlain(spans)), [
    "   -- A message of #dev is missing: the server does not keep it any more",
    "   -- 10 messages of #dev are missing: the server does not keep them any more",
    "   -- The past of #dev is not the one you read before: an older backup",
  ]);
  for (const { spans } of shown) assertEquals(spans[0]?.alarm, true);
});

Deno.test("eventLines() tells what we may do now, and where we are not any more", () => {
  assertEquals(show({ kind: "standing", standing: "operator" }), [
    "   -- You are an operator now; /help lists more commands",
  ]);
  assertEquals(show({ kind: "standing", standing: "muted" }), [
    "   -- You are muted: you may listen, but not speak",
  ]);
  assertEquals(show({ kind: "parted", room: 9 }), [
    "   -- You are not in #r9 any more",
  ]);
});
