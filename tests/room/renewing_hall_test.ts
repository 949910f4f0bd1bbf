import { ChatError } from "../../lib/errors.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { Hall } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { decodeFramed, frameMessage } from "../../server/framing.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { DEVICE, houseSettings, identity } from "./driver.ts";

/** A hall upon a history, and what its sessions are told. */
class World {
  readonly hall: Hall;
  readonly told = new Map<number, ServerMessage[]>();

  constructor(history: History) {
    this.hall = new Hall(createHouse(houseSettings({}, { history })), {
      encode: frameMessage,
      now: () => 1_000,
      schedule(): void {}, // flushed by hand
    });
  }

  open(n: number): number {
    const replies: ServerMessage[] = [];
    const opening = {
      identity: identity(n),
      ...{ address: "192.0.2.1", authorized: true, console: false },
    };
    const session = this.hall.seat(opening, () => ({
      reply: (message): void => void replies.push(message),
      end: (goodbye): void => void replies.push(goodbye),
      wake(): void {},
      cut(): void {},
    }));
    this.told.set(session, replies);
    return session;
  }

  enter(n: number, name: string | null): number {
    const session = this.open(n);
    const message = {
      kind: "enter",
      protocol: 1,
      ...{ name, device: DEVICE, invitation: null },
    } as const;
    this.hall.apply({ kind: "message", session, message });
    this.hall.flush();
    return session;
  }

  say(session: number, id: number, number: number): ServerMessage | undefined {
    const message = { kind: "say", id, room: 0, number, text: "hi" } as const;
    this.hall.apply({ kind: "message", session, message });
    this.hall.flush();
    return this.told.get(session)?.at(-1);
  }

  /** @returns What the session is told then. */
  rotate(session: number, next: number): readonly ServerMessage[] {
    const replies = this.told.get(session) ?? [];
    const count = replies.length;
    this.hall.apply({
      ...{ kind: "rotate", session, id: 9, next: identity(next) },
      listed: false,
    });
    this.hall.flush();
    return replies.slice(count);
  }
}

Deno.test("Hall acknowledges a rotation once it is stored, with the entry that tells it", () => {
  const folder = Deno.makeTempDirSync({ prefix: "chat_renewing_" });
  try {
    using history = openHistory(folder);
    const world = new World(history);
    world.say(world.enter(1, "alice"), 1, 1);
    const [ack, goodbye, ...more] = world.rotate(world.open(1), 2);
    assertEquals(more, []);
    assert(ack?.kind === "ack" && goodbye?.kind === "goodbye");
    assertEquals([ack.id, ack.seq, goodbye.why], [9, 2, "removed"]);
    const { bytes } = history.read(0, { after: 1 });
    const [renewed] = decodeFramed(bytes as Uint8Array<ArrayBuffer>);
    assert(renewed?.kind === "renewed");
    assertEquals(renewed.next, identity(2).fingerprint);
    const names = [...history.names()].map(({ owner }) => owner);
    assertEquals(names, [identity(2).fingerprint]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("Hall stores a message once that comes again with the next key", () => {
  const history = new MemoryHistory({ keepLast: 100 });
  const world = new World(history);
  const ack = world.say(world.enter(1, "alice"), 1, 1);
  assert(ack?.kind === "ack");
  world.rotate(world.open(1), 2);
  const heir = world.enter(2, null);
  const [entered] = world.told.get(heir) ?? [];
  assert(entered?.kind === "entered");
  assertEquals(entered.number, 1); // what the device has used
  assertEquals(world.say(heir, 2, 1), { ...ack, id: 2 });
  assertEquals(history.room(0)?.seq, 2);
});

Deno.test("Hall refuses a rotation that cannot be stored", () => {
  const history = new MemoryHistory({ keepLast: 100 });
  const world = new World(history);
  const alice = world.enter(1, "alice");
  history.append = (): void => {
    throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
  };
  const [refused] = world.rotate(alice, 2);
  assert(refused?.kind === "refused");
  assertEquals(refused.code, "CHAT_STORE_FULL");
});

Deno.test("Hall stores a rotation and the entries that tell it together, as soon as that can be", () => {
  const history = new MemoryHistory({ keepLast: 100 });
  const world = new World(history);
  const alice = world.enter(1, "alice");
  const bob = world.enter(3, "bob");
  const append = history.append.bind(history);
  let left = 1; // enough to find out that something can be stored
  history.append = (...args): void => {
    if (left-- > 0) return append(...args);
    throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
  };
  const told = world.rotate(alice, 2);
  assertEquals(told.map(({ kind }) => kind), ["goodbye"]); // not acknowledged
  const names = (): string[] =>
    [...history.names()].map(({ owner }) => owner.toHex());
  assert(names().includes(identity(1).fingerprint.toHex()));
  history.append = append;
  world.say(bob, 1, 1);
  assert(names().includes(identity(2).fingerprint.toHex()));
  const { bytes } = history.read(0, { after: 0 });
  const kinds = decodeFramed(bytes).map(({ kind }) => kind);
  assertEquals(kinds, ["renewed", "said"]);
});
