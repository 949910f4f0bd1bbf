import { ChatError } from "../../lib/errors.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import type { Feed } from "../../lib/room/feed.ts";
import { Hall, type Seat } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import { TailSpace } from "../../lib/room/tail_space.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { decodeFramed, frameMessage } from "../../server/framing.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { DEVICE, houseSettings, identity } from "./driver.ts";

/** A connection that remembers what happened to it, and reads when told. */
class FakeSeat implements Seat {
  readonly seen: string[] = [];
  readonly replies: ServerMessage[] = [];
  readonly feed: Feed;

  constructor(feed: Feed) {
    this.feed = feed;
  }
  reply(message: ServerMessage): void {
    this.replies.push(message);
    this.seen.push(`reply ${message.kind}`);
  }
  end(goodbye: ServerMessage): void {
    this.seen.push(goodbye.kind === "goodbye" ? `end ${goodbye.why}` : "?");
  }
  wake(): void {
    this.seen.push("wake");
  }
  cut(): void {
    this.seen.push("cut");
  }
  /** Everything there is to read now. */
  read(): ServerMessage[] {
    const messages: ServerMessage[] = [];
    while (this.feed.pending > 0) {
      messages.push(...decodeFramed(this.feed.take()));
    }
    return messages;
  }
  /** What was said, of everything there is to read now. */
  readTexts(): string[] {
    return this.read().flatMap((m) => m.kind === "said" ? [m.text] : []);
  }
}

const LIMITS = {
  messagesPerSecond: 1e6,
  messageBurst: 1e6,
  bytesPerSecond: 1e9,
  byteBurst: 1e9,
  roomMessagesPerSecond: 1e6,
  roomMessageBurst: 1e6,
  roomBytesPerSecond: 1e9,
  roomByteBurst: 1e9,
};

class World {
  readonly hall: Hall;
  readonly history: History;
  readonly failures: unknown[] = [];
  scheduled: (() => void)[] = [];
  #ids = 0;

  constructor(history?: History, maxChunks?: number) {
    this.history = history ?? new MemoryHistory({ keepLast: 100_000 });
    const house = createHouse(houseSettings(LIMITS, { history: this.history }));
    this.hall = new Hall(house, {
      encode: frameMessage,
      now: () => 1_000,
      schedule: (run) => void this.scheduled.push(run),
      onFailure: (error) => void this.failures.push(error),
      ...maxChunks === undefined ? {} : { space: new TailSpace(maxChunks) },
    });
  }

  /** Lets the `n`th identity in, which follows the lobby. */
  enter(n: number, name: string): { seat: FakeSeat; id: number } {
    let seat: FakeSeat | undefined;
    const id = this.hall.seat({
      identity: identity(n),
      address: "192.0.2.1",
      authorized: true,
      console: false,
    }, (_, feed) => seat = new FakeSeat(feed));
    this.send(id, {
      kind: "enter",
      protocol: 1,
      name,
      device: DEVICE,
      invitation: null,
    });
    this.send(id, { kind: "follow", room: 0, after: null });
    this.hall.flush();
    assert(seat !== undefined);
    return { seat, id };
  }

  send(session: number, message: object): void {
    const sent = { id: ++this.#ids, ...message } as never;
    this.hall.apply({ kind: "message", session, message: sent });
  }

  say(session: number, number: number, text = "x"): void {
    this.send(session, { kind: "say", room: 0, number, text });
  }
}

/** A history that refuses to append while it fails. */
class FailingHistory extends MemoryHistory {
  failure: Error | undefined;
  appends = 0;
  constructor() {
    super({ keepLast: 1_000 });
  }
  override append(...args: Parameters<History["append"]>): void {
    this.appends += 1;
    if (this.failure !== undefined && args[0].length > 0) throw this.failure;
    super.append(...args);
  }
}

Deno.test("Hall.flush() stores what came together with one commit, then acknowledges it, and wakes everybody once", () => {
  const history = new FailingHistory();
  const world = new World(history);
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  bob.seat.read();
  bob.seat.seen.length = alice.seat.seen.length = history.appends = 0;
  for (let i = 1; i <= 10; i++) world.say(alice.id, i, `${i}`);
  assertEquals(alice.seat.seen, []); // nothing before it is stored
  assertEquals(history.room(0)?.seq, 0);
  world.hall.flush();
  world.hall.flush();
  assertEquals(history.appends, 1);
  assertEquals(alice.seat.seen, [...Array(10).fill("reply ack"), "wake"]);
  assertEquals(bob.seat.seen, ["wake"]);
  const texts = Array.from({ length: 10 }, (_, i) => `${i + 1}`);
  assertEquals(bob.seat.readTexts(), texts);
  assertEquals(history.room(0)?.seq, 10);
});

Deno.test("Hall.apply() asks to be flushed once for all that comes together", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  world.scheduled.forEach((run) => run());
  world.scheduled = [];
  world.say(alice.id, 1);
  world.say(alice.id, 2);
  assertEquals(world.scheduled.length, 1);
  world.scheduled[0]?.();
  assertEquals(alice.seat.seen.slice(-3), ["reply ack", "reply ack", "wake"]);
  world.say(alice.id, 3);
  assertEquals(world.scheduled.length, 2);
});

Deno.test("Hall stores a message once, in one batch or in two, and answers each time alike", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  const again = world.enter(1, "alice"); // a connection that still seemed alive
  world.say(alice.id, 1, "one");
  world.say(again.id, 1, "one");
  world.hall.flush();
  world.say(alice.id, 1, "one");
  world.hall.flush();
  assertEquals(again.seat.readTexts(), ["one"]);
  const acks = [...alice.seat.replies, ...again.seat.replies]
    .filter(({ kind }) => kind === "ack")
    .map((ack) => ack.kind === "ack" ? [ack.seq, ack.at] : []);
  assertEquals(acks, [[1, 1_000], [1, 1_000], [1, 1_000]]);
  assertEquals(world.history.room(0)?.seq, 1);
});

Deno.test("Hall acknowledges again what is stored, whatever its sender may do by now", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  world.send(alice.id, { kind: "join", name: "dev" });
  world.hall.flush();
  const done = alice.seat.replies.at(-1);
  assert(done?.kind === "done" && done.room !== null);
  const say = { kind: "say", room: done.room, number: 1, text: "x" };
  world.send(alice.id, say);
  world.send(alice.id, { kind: "leave", room: done.room });
  world.hall.flush();
  world.send(alice.id, say);
  world.send(alice.id, { ...say, number: 2 });
  world.hall.flush();
  const kinds = alice.seat.replies.slice(-2).map(({ kind }) => kind);
  assertEquals(kinds, ["ack", "refused"]);
  assertEquals(world.history.room(done.room)?.seq, 1);
});

Deno.test("Hall remembers what was stored by a hall before it", () => {
  const first = new World();
  const alice = first.enter(1, "alice");
  first.say(alice.id, 5, "one");
  first.hall.flush();
  const second = new World(first.history);
  const back = second.enter(1, "alice");
  second.say(back.id, 5, "one");
  second.say(back.id, 6, "two");
  second.hall.flush();
  assertEquals(back.seat.readTexts(), ["one", "two"]);
  assertEquals(second.history.room(0)?.seq, 2);
});

Deno.test("Hall stores nothing behind what its device sent after it", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  world.say(alice.id, 2, "two");
  world.hall.flush();
  world.say(alice.id, 1, "one"); // that it was refused got lost
  world.say(alice.id, 4, "four");
  world.say(alice.id, 3, "three"); // nor within one batch
  world.hall.flush();
  assertEquals(alice.seat.readTexts(), ["two", "four"]);
  const refused = alice.seat.replies.flatMap((reply) =>
    reply.kind === "refused" ? [reply.code] : []
  );
  assertEquals(refused, ["CHAT_FORGOTTEN", "CHAT_FORGOTTEN"]);
});

for (
  const [failure, code] of [
    [
      new ChatError("CHAT_STORE_FULL", "Cannot append: full"),
      "CHAT_STORE_FULL",
    ],
    [new Error("torn"), "CHAT_STORE_DAMAGED"],
  ] as const
) {
  Deno.test(`Hall refuses what cannot be stored with ${code}, and goes on as if it had not been said`, () => {
    const history = new FailingHistory();
    const world = new World(history);
    const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
    world.say(alice.id, 1, "kept");
    world.hall.flush();
    history.failure = failure;
    world.say(alice.id, 2, "lost");
    world.say(alice.id, 2, "lost"); // and what repeats it
    const late = world.enter(3, "carol"); // people come and go all the same
    const refused = alice.seat.replies.filter(({ kind }) => kind === "refused");
    assertEquals(
      refused.map((reply) => reply.kind === "refused" ? reply.code : ""),
      [code, code],
    );
    assertEquals(world.failures[0], failure);
    history.failure = undefined;
    world.say(alice.id, 2, "kept too");
    world.hall.flush();
    assertEquals(bob.seat.readTexts(), ["kept", "kept too"]);
    assertEquals(late.seat.readTexts(), ["kept", "kept too"]);
    assertEquals([...history.names()].length, 3);
  });
}

Deno.test("Hall feeds a reader behind its memory from the history, in order and without a gap", () => {
  const world = new World(undefined, 1);
  const slow = world.enter(1, "slow");
  const quick = world.enter(2, "quick");
  const texts = Array.from(
    { length: 40 },
    (_, i) => `${i} ${"x".repeat(9_000)}`,
  );
  for (const [i, text] of texts.entries()) {
    world.say(quick.id, i + 1, text);
    world.hall.flush();
    quick.seat.read();
  }
  assert(world.hall.backlog.laggingReaders === 1);
  assertEquals(slow.seat.readTexts(), texts);
  assertEquals(world.hall.backlog, { waitingBytes: 0, laggingReaders: 0 });
});

Deno.test("Hall goes on with a reader when only passing entries were given up", () => {
  const world = new World(undefined, 1);
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  world.send(alice.id, { kind: "join", name: "dev" });
  world.hall.flush();
  const done = alice.seat.replies.at(-1);
  assert(done?.kind === "done" && done.room !== null);
  world.send(alice.id, { kind: "follow", room: done.room, after: null });
  world.hall.flush();
  bob.seat.read();
  world.enter(3, "carol"); // the lobby is told so, in a chunk of its own
  world.send(alice.id, { kind: "say", room: done.room, number: 1, text: "x" });
  world.hall.flush(); // which is given up for this one
  bob.seat.readTexts();
  world.hall.flush();
  assertEquals(world.hall.has(bob.id), true);
  world.say(alice.id, 2, "to all");
  world.hall.flush();
  assertEquals(bob.seat.readTexts(), ["to all"]);
});

Deno.test("Hall cuts a reader when what it should read is not kept any more, and tells the others", () => {
  const world = new World(new MemoryHistory({ keepLast: 2 }), 1);
  const slow = world.enter(1, "slow");
  const quick = world.enter(2, "quick");
  for (let i = 1; i <= 20; i++) {
    world.say(quick.id, i, "x".repeat(9_000));
    world.hall.flush();
    quick.seat.read();
  }
  assertEquals(slow.seat.readTexts(), []);
  world.hall.flush();
  assertEquals(slow.seat.seen.at(-1), "cut");
  assertEquals(world.hall.has(slow.id), false);
  const left = quick.seat.read().at(-1);
  assert(left?.kind === "left");
  assertEquals([left.name, left.why], ["slow", "too_slow"]);
});

Deno.test("Hall answers follow with where the log goes on, then everything after it", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  for (let i = 1; i <= 70; i++) world.say(alice.id, i, `${i}`);
  world.hall.flush();
  const bob = world.enter(2, "bob");
  const followed = bob.seat.replies.find(({ kind }) => kind === "following");
  assert(followed?.kind === "following");
  assertEquals([followed.after, followed.at, followed.seq], [20, 1_000, 70]);
  assertEquals(bob.seat.readTexts().length, 50); // the last lines
});

Deno.test("Hall.apply() ends a session once and forgets it", () => {
  const world = new World();
  const alice = world.enter(1, "alice");
  world.send(alice.id, { kind: "who", id: 0, room: 0 });
  world.hall.flush();
  assertEquals(alice.seat.seen.at(-1), "end protocol_error");
  assertEquals(world.hall.has(alice.id), false);
  const count = alice.seat.seen.length;
  world.say(alice.id, 1);
  world.hall.flush();
  assertEquals(alice.seat.seen.length, count);
});

Deno.test("Hall tells a room only those who follow it", () => {
  const world = new World();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  world.send(alice.id, { kind: "join", name: "dev" });
  world.hall.flush();
  const done = alice.seat.replies.at(-1);
  assert(done?.kind === "done" && done.room !== null);
  const { room } = done;
  world.send(alice.id, { kind: "follow", room, after: null });
  world.hall.flush();
  bob.seat.read();
  bob.seat.seen.length = 0;
  world.send(alice.id, { kind: "say", room, number: 1, text: "psst" });
  world.hall.flush();
  assertEquals(alice.seat.readTexts(), ["psst"]);
  assertEquals([bob.seat.readTexts(), bob.seat.seen], [[], []]);
  world.send(alice.id, { kind: "leave", room });
  world.hall.flush();
  assertEquals(alice.seat.feed.rooms, [0]);
});
