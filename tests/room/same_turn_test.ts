import { ChatError } from "../../lib/errors.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { Hall } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import type { House } from "../../lib/room/house.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { frameMessage } from "../../server/framing.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { DEVICE, houseSettings, identity } from "./driver.ts";

/** A hall that stores nothing before it is told to. */
class World {
  readonly house: House;
  readonly hall: Hall;
  readonly #told = new Map<number, ServerMessage[]>();
  #ids = 0;

  constructor(history: History, owners: readonly string[] = []) {
    this.house = createHouse(houseSettings({}, { history, owners }));
    this.hall = new Hall(this.house, {
      encode: frameMessage,
      now: () => 1_000,
      schedule(): void {},
    });
  }

  open(n: number): number {
    const replies: ServerMessage[] = [];
    const opening = { address: "192.0.2.1", authorized: true, console: false };
    const session = this.hall.seat(
      { identity: identity(n), ...opening },
      () => ({
        reply: (message): void => void replies.push(message),
        end: (goodbye): void => void replies.push(goodbye),
        wake(): void {},
        cut(): void {},
      }),
    );
    this.#told.set(session, replies);
    return session;
  }

  enter(session: number, name: string | null): void {
    const message = {
      kind: "enter",
      protocol: 1,
      ...{ name, device: DEVICE, invitation: null },
    } as const;
    this.hall.apply({ kind: "message", session, message });
  }

  say(session: number, number: number): void {
    const id = ++this.#ids;
    const message = { kind: "say", id, room: 0, number, text: "x" } as const;
    this.hall.apply({ kind: "message", session, message });
  }

  /** The places of what was acknowledged, and the codes of what was refused. */
  answers(session: number): readonly (number | string)[] {
    const answers: (number | string)[] = [];
    for (const message of this.#told.get(session) ?? []) {
      if (message.kind === "ack") answers.push(message.seq);
      if (message.kind === "refused") answers.push(message.code);
    }
    return answers;
  }
}

const histories = {
  SqliteHistory: (folder: string) => openHistory(folder),
  MemoryHistory: () => new MemoryHistory({ keepLast: 100 }),
};

for (const [name, open] of Object.entries(histories)) {
  Deno.test(`Hall stores a message once that comes again before it is stored, over a connection that enters when its own is over, in a ${name}`, () => {
    const folder = Deno.makeTempDirSync({ prefix: "chat_turn_" });
    try {
      using history = open(folder);
      const world = new World(history);
      const [first, second, bob] = [
        world.open(1),
        world.open(1),
        world.open(2),
      ];
      world.enter(first, "alice");
      world.enter(bob, "bob");
      world.hall.flush();

      world.say(first, 1);
      world.enter(first, null); // against the rules: it is over
      world.enter(second, "alice");
      world.hall.flush();
      world.say(second, 1);
      world.say(bob, 1);
      world.hall.flush();

      assertEquals(world.answers(second), [1]);
      assertEquals(world.answers(bob), [2]);
      assertEquals(history.room(0)?.seq, 2);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

Deno.test("Hall stores a message once that comes again with the next key in the turn of the rotation", () => {
  const folder = Deno.makeTempDirSync({ prefix: "chat_turn_" });
  try {
    using history = openHistory(folder);
    const world = new World(history);
    const [alice, heir] = [world.open(1), world.open(3)];
    world.enter(alice, "alice");
    world.hall.flush();

    world.say(alice, 1);
    world.hall.apply({
      ...{ kind: "rotate", session: alice, id: 9, next: identity(3) },
      listed: false,
    });
    world.enter(heir, null);
    world.hall.flush();
    world.say(heir, 1);
    world.hall.flush();

    assertEquals(world.answers(heir), [1]);
    assertEquals(history.room(0)?.seq, 2); // what was said, and the rotation
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("Hall remembers no device that nobody uses and of which all is stored", () => {
  using history = new MemoryHistory({ keepLast: 100 });
  const world = new World(history);
  const session = world.open(1);
  world.enter(session, "alice");
  world.say(session, 1);
  world.hall.apply({ kind: "close", session, why: "quit" });
  assertEquals(world.house.devices.size, 1);
  world.hall.flush();
  assertEquals(world.house.devices.size, 0);
});

Deno.test("Hall remembers what a moderator did after a rotation that could not be stored at first", () => {
  const full = new ChatError("CHAT_STORE_FULL", "Cannot append: it is full");
  using history = new MemoryHistory({ keepLast: 100 });
  const [ALICE, BOB, HEIR] = [1, 2, 3].map(identity);
  assert(ALICE !== undefined && BOB !== undefined && HEIR !== undefined);
  const role = "operator" as const;
  history.append([], [{ kind: "role", owner: BOB.fingerprint, role }]);
  const world = new World(history, [ALICE.fingerprint.toHex()]);
  const [alice, bob] = [world.open(1), world.open(2)];
  world.enter(alice, "alice");
  world.enter(bob, "bob");
  world.hall.flush();

  const { append } = history;
  let left = 1; // what it finds out with whether anything can be stored
  history.append = (...args): void => {
    if (left-- <= 0) throw full;
    append.apply(history, args);
  };
  world.hall.apply({
    ...{ kind: "rotate", session: bob, id: 9, next: HEIR, listed: false },
  });
  history.append = append;
  const subject = fingerprintText(HEIR.fingerprint);
  const request = { kind: "moderate", verb: "deop", subject } as const;
  world.hall.apply({
    ...{ kind: "message", session: alice },
    message: { ...request, id: 9, seconds: null },
  });
  world.hall.flush();

  assertEquals([...history.roles()], []);
});
