import type { Entry } from "../../lib/protocol/entry.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import {
  Hall,
  type ListeningSeat,
  type ReadingSeat,
} from "../../lib/room/hall.ts";
import { CHUNK_BYTES, type Cursor } from "../../lib/room/log.ts";
import { createRoom } from "../../lib/room/room_state.ts";
import { assertEquals } from "../support/assert.ts";

/** A connection that remembers what happened to it, and reads when told. */
class FakeReader implements ReadingSeat {
  readonly seen: string[] = [];
  cursor: Cursor | undefined;

  reply(message: ServerMessage): void {
    this.seen.push(`reply ${message.kind}`);
  }
  end(goodbye: ServerMessage): void {
    this.seen.push(goodbye.kind === "goodbye" ? `end ${goodbye.why}` : "?");
  }
  read(cursor: Cursor): void {
    this.cursor = cursor;
  }
  wake(): void {
    this.seen.push("wake");
  }
  cut(): void {
    this.seen.push("cut");
  }
  /** Reads the log to its end: how many bytes. */
  readAll(): number {
    let total = 0;
    while ((this.cursor?.pending ?? 0) > 0) {
      total += this.cursor?.take().length ?? 0;
    }
    return total;
  }
}

/** A hall whose entries have the size given, and the way to fill it. */
function hallOf(entryBytes = 100): {
  hall: Hall;
  enter: (name: string) => { reader: FakeReader; say: () => void; id: number };
} {
  const room = createRoom({
    number: 0,
    name: "lobby",
    serverName: "test",
    motd: "",
    limits: {
      messagesPerSecond: 1e6,
      messageBurst: 1e6,
      roomMessagesPerSecond: 1e6,
      roomMessageBurst: 1e6,
    },
  });
  const hall = new Hall(room, {
    encode: () => new Uint8Array(entryBytes),
    now: () => 0,
    maxChunks: 2,
  });
  return {
    hall,
    enter(name): { reader: FakeReader; say: () => void; id: number } {
      const reader = new FakeReader();
      const id = hall.seat(identity(name), () => reader);
      const enter = { kind: "enter", protocol: 1, name } as const;
      hall.apply({ kind: "message", session: id, message: enter });
      let request = 0;
      const say = (): void =>
        hall.apply({
          kind: "message",
          session: id,
          message: { kind: "say", id: ++request, room: 0, text: "x" },
        });
      return { reader, say, id };
    },
  };
}

function identity(name: string): {
  fingerprint: Uint8Array<ArrayBuffer>;
  publicKey: Uint8Array<ArrayBuffer>;
} {
  const bytes = new Uint8Array(32).fill(name.codePointAt(0) ?? 0);
  return { fingerprint: bytes, publicKey: bytes };
}

Deno.test("Hall.flush() wakes everybody once however much was appended", () => {
  const { hall, enter } = hallOf();
  const [alice, bob] = [enter("alice"), enter("bob")];
  hall.flush();
  bob.reader.seen.length = 0;
  for (let i = 0; i < 10; i++) alice.say();
  hall.flush();
  hall.flush();
  assertEquals(bob.reader.seen, ["wake"]);
  assertEquals(bob.reader.readAll(), 1_100); // joined, then ten lines
});

Deno.test("Hall.flush() wakes only whom a reply waits for when the log did not grow", () => {
  const { hall, enter } = hallOf();
  const [alice, bob] = [enter("alice"), enter("bob")];
  hall.flush();
  bob.reader.seen.length = alice.reader.seen.length = 0;
  hall.apply({
    kind: "message",
    session: alice.id,
    message: { kind: "who", id: 1, room: 0 },
  });
  hall.flush();
  assertEquals(alice.reader.seen, ["reply members", "wake"]);
  assertEquals(bob.reader.seen, []);
});

Deno.test("Hall.flush() cuts a reader behind the log and tells the others at once", () => {
  const { hall, enter } = hallOf(CHUNK_BYTES);
  const [slow, quick] = [enter("slow"), enter("quick")];
  for (let i = 0; i < 4; i++) {
    quick.reader.readAll();
    quick.say();
    hall.flush();
  }
  assertEquals(slow.reader.seen.includes("cut"), true);
  assertEquals(hall.has(slow.id), false);
  // The entry that says so has been appended, and has been woken for.
  assertEquals(quick.reader.seen.at(-1), "wake");
  assertEquals(quick.reader.readAll() >= CHUNK_BYTES, true);
});

Deno.test("Hall hands entries to a listener, and none before it has entered", () => {
  const { hall, enter } = hallOf();
  const heard: Entry["kind"][] = [];
  const listener: ListeningSeat = {
    reply: () => {},
    end: () => {},
    listen: () => {},
    append: ({ kind }) => void heard.push(kind),
  };
  const id = hall.seat(identity("op"), () => listener);
  const alice = enter("alice");
  const message = { kind: "enter", protocol: 1, name: "op" } as const;
  hall.apply({ kind: "message", session: id, message });
  alice.say();
  hall.apply({ kind: "close", session: id, why: "quit" });
  alice.say();
  assertEquals(heard, ["joined", "said"]);
});

Deno.test("Hall.apply() ends a session once and forgets it", () => {
  const { hall, enter } = hallOf();
  const alice = enter("alice");
  alice.say();
  hall.apply({
    kind: "message",
    session: alice.id,
    message: { kind: "say", id: 1, room: 0, text: "again" },
  });
  assertEquals(alice.reader.seen.at(-1), "end protocol_error");
  assertEquals(hall.has(alice.id), false);
  const count = alice.reader.seen.length;
  alice.say();
  hall.flush();
  assertEquals(alice.reader.seen.length, count);
});
