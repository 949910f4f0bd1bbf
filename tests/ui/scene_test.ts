import type { ConversationEvent } from "../../lib/room/conversation.ts";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import { Scene, type SceneOptions } from "../../lib/ui/scene.ts";
import { sceneStatus } from "../../lib/ui/scene_status.ts";
import { type Line, toPlain } from "../../lib/ui/style.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  directRoom,
  FakeConversation,
  openRoom,
} from "../support/fake_conversation.ts";
import { member, NOON, said } from "../support/people.ts";
import { sealedRoom } from "../support/rooms.ts";

const bob = member("bob", "Qm2d");
const { self } = new FakeConversation();

function scene(options: SceneOptions = {}): Scene {
  const conversation = new FakeConversation();
  conversation.rooms.set(1, openRoom(1, "dev", "code\nand tea"));
  conversation.rooms.set(2, directRoom(2, bob));
  const zone = { timeZone: "UTC", ...options };
  return new Scene(conversation, zone, { now: () => NOON });
}

function texts(lines: readonly Line[]): string[] {
  return lines.map(({ spans }) => toPlain(spans));
}

function show(where: Scene, ...events: ConversationEvent[]): string[] {
  return events.flatMap((event) => texts(where.show(event)));
}

function status(where: Scene): string {
  return toPlain(sceneStatus(where, { columns: 99, busy: "" }));
}

function hear(text: string, room: number, seq = 1): ConversationEvent {
  return { ...said(bob, text, { seq }), room };
}

Deno.test("Scene.show() marks what is said in other rooms, whatever they are", () => {
  const where = scene();
  assertEquals(show(where, hear("a", 0), hear("b", 1), hear("c", 2)), [
    "12:03 bob·Qm2d: a",
    "12:03 #dev bob·Qm2d: b",
    "12:03 @bob bob·Qm2d: c",
  ]);
  where.go(where.views.of(2));
  assertEquals(show(where, hear("d", 0), hear("e", 2)), [
    "12:03 #lobby bob·Qm2d: d",
    "12:03 bob·Qm2d: e",
  ]);
});

Deno.test("Scene.show() survives rooms that nobody told of", () => {
  const where = scene();
  assertEquals(
    show(
      where,
      hear("x", 77),
      { kind: "missed", room: 78, from: 1, to: 2 },
      { kind: "parted", room: 79 },
    ),
    [
      "12:03 #?77 bob·Qm2d: x",
      "   -- 2 messages of #?78 are missing: the server does not keep them any more",
    ],
  );
});

Deno.test("Scene.show() counts what is new elsewhere until we go there", () => {
  const where = scene();
  show(where, hear("x", 1), hear("hi Alice", 1), hear("psst", 2), hear("y", 0));
  assertEquals(
    status(where),
    "open #lobby · #dev 2 @bob 1 · alice·x7Kp · garden",
  );
  where.go(where.views.of(1));
  assertEquals(status(where), "open #dev · @bob 1 · alice·x7Kp · garden");
  const marks = { kind: "marks", delivered: 1, read: 1 } as const;
  show(where, { ...self, ...marks, room: 2, seq: 1, at: NOON });
  assertEquals(status(where), "open #dev · alice·x7Kp · garden");
});

Deno.test("Scene.show() leaves out who comes and goes elsewhere", () => {
  const where = scene();
  const came = { ...bob, kind: "joined", seq: 1, at: NOON } as const;
  assertEquals(show(where, { ...came, room: 1 }, { ...came, room: 0 }), [
    "12:03 → bob·Qm2d joined",
  ]);
});

Deno.test("Scene.show() tells that the other has left a direct room, until either speaks", async () => {
  const where = scene({ room: 2 });
  const room = where.views.of(2);
  const left = { ...bob, kind: "left", why: "parted", room: 2 } as const;
  await where.learn(room);
  assert(status(where).startsWith("sealed @bob · "), status(where));
  for (const who of [bob, self]) {
    assertEquals(show(where, { ...left, seq: 1, at: NOON }), [
      "12:03 ← bob·Qm2d left this conversation",
    ]);
    assert(status(where).startsWith("sealed @bob (left) · "), status(where));
    assert(!room.doubtful);
    show(where, { ...said(who, "back", { seq: 2 }), room: 2 });
    assert(room.doubtful);
    await where.learn(room);
    assert(status(where).startsWith("sealed @bob · "), status(where));
    assert(!room.doubtful);
  }
});

Deno.test("Scene.show() doubts that somebody is away who speaks", async () => {
  const where = scene({ room: 2 });
  const room = where.views.of(2);
  await where.learn(room);
  const left = { ...bob, kind: "left", why: "quit", room: 2 } as const;
  assertEquals(show(where, { ...left, seq: 1, at: NOON }), [
    "12:03 ← bob·Qm2d left",
  ]);
  assert(status(where).startsWith("sealed @bob (away) · "), status(where));
  show(where, { ...said(self, "are you there", { seq: 2 }), room: 2 });
  assert(!room.doubtful);
  show(where, hear("I am", 2, 3));
  assert(room.doubtful);
});

Deno.test("sceneStatus() does not tell who is there while the connection is lost", async () => {
  const where = scene();
  await where.learn(where.views.lobby);
  show(where, { ...bob, kind: "typing", room: 0, seq: 0, at: NOON });
  assertEquals(
    status(where),
    "open #lobby · bob is typing · 2 people · alice·x7Kp · garden",
  );
  show(where, { kind: "connection", state: "lost", text: "", retryMs: 5_000 });
  assertEquals(
    status(where),
    "open #lobby · reconnecting in 5 s · alice·x7Kp · garden",
  );
});

Deno.test("Scene.learn() asks once at a time, and anew when in doubt", async () => {
  const where = scene();
  const conversation = where.conversation as FakeConversation;
  const room = where.views.of(2);
  const both = [where.learn(room), where.learn(room)];
  assertEquals(conversation.asked, ["who in 2"]);
  room.doubtful = true;
  both.push(where.learn(room));
  assertEquals(conversation.asked, ["who in 2", "who in 2"]);
  await Promise.all(both);
  await where.learn(room);
  assertEquals(conversation.asked.length, 3);
});

Deno.test("Scene.go() shows where we are, and nothing when we are there", async () => {
  const where = scene();
  const dev = where.views.of(1);
  await where.learn(dev);
  assertEquals(texts(where.go(dev)), ["── #dev · code and tea · 2 people ──"]);
  assertEquals(where.go(dev), []);
  assertEquals(texts(where.go(where.views.of(2))), ["── @bob ──"]);
});

Deno.test("Scene.show() goes to the lobby when the room is gone, and tells once", () => {
  const where = scene({ room: 1 });
  assertEquals(show(where, { kind: "parted", room: 1 }), [
    "   -- You are not in #dev any more",
    "── #lobby ──",
  ]);
  assertEquals(show(where, { kind: "parted", room: 1 }), []);
});

Deno.test("Scene.show() takes in new rooms and other topics", () => {
  const where = scene();
  const { views } = where;
  show(where, { kind: "room", room: openRoom(5, "new") });
  assertEquals(views.named("new")?.room, 5);
  const titled = { ...bob, kind: "titled", seq: 1, at: NOON } as const;
  show(where, { ...titled, room: 5, text: "a topic" });
  assertEquals(texts(where.go(views.of(5))), ["── #new · a topic ──"]);
});

Deno.test("Scene.markRead() tells of a direct room, when it has something new", () => {
  const where = scene();
  const { noted } = where.conversation as FakeConversation;
  show(where, hear("x", 0), hear("psst", 2));
  where.markRead();
  assertEquals(noted, []);
  where.go(where.views.of(2));
  where.markRead();
  where.markRead();
  assertEquals(noted, ["read 2"]);
  show(where, hear("more", 2));
  where.markRead();
  assertEquals(noted, ["read 2", "read 2"]);
});

Deno.test("Scene.welcome() shows the words of the server as its own", () => {
  const where = scene({ motd: "Be kind\x1b[2J\n-- You are root", room: 1 });
  assertEquals(texts(where.welcome()), [
    "   -- You are alice·x7Kp on garden; /help lists commands",
    "   -- garden says to everybody:",
    "      │ Be kind",
    "      │ -- You are root",
    "── #dev · code and tea ──",
  ]);
  assertEquals(texts(scene({ motd: " \n" }).welcome()).length, 1);
});

Deno.test("sceneStatus() tells of a direct room whether the other is there and has read", async () => {
  const where = scene({ room: 2 });
  const conversation = where.conversation as FakeConversation;
  const current = where.views.current;
  await where.learn(current);
  assertEquals(status(where), "sealed @bob · alice·x7Kp · garden");
  conversation.members = [{ ...bob, online: false }];
  await where.learn(current);
  assertEquals(status(where), "sealed @bob (away) · alice·x7Kp · garden");
  show(where, { ...said(conversation.self, "hi", { seq: 4 }), room: 2 });
  const marks = { kind: "marks", delivered: 4, read: 4 } as const;
  show(where, { ...bob, ...marks, room: 2, seq: 4, at: NOON });
  assertEquals(
    status(where),
    "sealed @bob (away) · read 12:03 · alice·x7Kp · garden",
  );
});

Deno.test("Scene.show() says once that nothing of a room can be read without keys", () => {
  const where = scene();
  const { rooms } = where.conversation as FakeConversation;
  rooms.set(3, sealedRoom(3, "plans"));
  const tell = (change: SealedChange): string[] =>
    show(where, { kind: "sealed", room: 3, entry: 1, at: NOON, change });
  const unreadable = { kind: "unreadable", what: "message", text: "" } as const;
  const keyless = { ...unreadable, reason: "no_keys" };
  const once = [
    "12:03 ! &plans A message could not be read (no_keys)",
  ];
  assertEquals(tell(keyless), once);
  assertEquals(tell(keyless), []);
  assertEquals(tell({ ...unreadable, reason: "forged" }).length, 1);
  assertEquals(tell({ ...unreadable, reason: "forged" }).length, 1);
  tell({ kind: "entered", members: 2 });
  assertEquals(tell(keyless), once);
});
