import { MAX_ROOMS_PER_PAGE } from "../../lib/protocol/limits.ts";
import type { SessionId } from "../../lib/room/house_event.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { ChatError } from "../../lib/errors.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  Driver,
  identity,
  kindsOf,
  ownerOf,
  refusalTo,
  repliesTo,
} from "./driver.ts";

/** The room that a request to join or open one is answered with. */
function roomOf(driver: Driver, session: SessionId, name: string): number {
  const effects = driver.ask(session, { kind: "join", name });
  const done = repliesTo(session, effects).at(-1);
  assert(done?.kind === "done" && done.room !== null, "not joined");
  return done.room;
}

/** Every bound on requests lifted. */
const FREE = { messageBurst: 1e6, roomMessageBurst: 1e6 };

Deno.test("step() makes a room when there is none of that name, and tells every session of its maker", () => {
  const driver = new Driver();
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  const effects = driver.ask(one, { kind: "join", name: "#Dev" });
  const room = {
    kind: "room",
    room: 1,
    type: "open",
    name: "Dev",
    topic: "",
    seq: 0,
    peer: null,
    group: null,
  } as const;
  assertEquals(repliesTo(one, effects), [
    room,
    { kind: "done", id: 1, room: 1 },
  ]);
  assertEquals(repliesTo(two, effects), [room]);
  assertEquals(driver.history.room(1)?.name, "Dev");
  const members = [...driver.history.members()].filter(({ room }) =>
    room === 1
  );
  assertEquals(members.map(({ owner }) => owner), [identity(1).fingerprint]);
});

Deno.test("step() lets somebody join a room as it is, and tells who is in it", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  const number = roomOf(driver, alice, "dev");
  const room = driver.house.rooms.get(number);
  assert(room !== undefined);
  room.seq = 7;
  const effects = driver.ask(bob, { kind: "join", name: "DEV" });
  assertEquals(kindsOf(effects), ["reply room", "pass joined", "reply done"]);
  const saved = effects.find(({ kind }) => kind === "save");
  assert(saved?.kind === "save" && saved.change.kind === "member");
  assertEquals(saved.change.member.since, 7);
  assertEquals(kindsOf(driver.ask(bob, { kind: "join", name: "dev" })), [
    "reply done",
  ]);
});

Deno.test("step() refuses rooms without a proper name, or with one like another's", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  roomOf(driver, alice, "local");
  for (
    const [name, code] of [
      ["", "CHAT_NAME_INVALID"],
      ["a b", "CHAT_NAME_INVALID"],
      ["@alice", "CHAT_NAME_INVALID"],
      ["1ocal", "CHAT_NAME_TAKEN"],
      ["l0bby", "CHAT_NAME_TAKEN"],
    ] as const
  ) {
    const effects = driver.ask(alice, { kind: "join", name });
    assertEquals(refusalTo(alice, effects), code, name);
  }
});

Deno.test("step() bounds rooms, the rooms of an identity and the members of a room", () => {
  const driver = new Driver({
    ...FREE,
    rooms: 4,
    roomsPerIdentity: 3,
    roomMembers: 2,
  });
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name, n) =>
    driver.join(n, name)
  ) as [number, number, number];
  const join = (session: number, name: string): string | undefined =>
    refusalTo(session, driver.ask(session, { kind: "join", name }));
  assertEquals(join(alice, "one"), undefined);
  assertEquals(join(alice, "two"), undefined);
  assertEquals(join(alice, "three"), "CHAT_FULL"); // the lobby counts
  assertEquals(join(bob, "three"), undefined);
  assertEquals(join(bob, "four"), "CHAT_FULL"); // no more rooms
  assertEquals(join(bob, "one"), undefined);
  assertEquals(join(carol, "one"), "CHAT_FULL"); // two are in it
  driver.ask(alice, { kind: "leave", room: 1 });
  assertEquals(join(carol, "one"), undefined);
});

Deno.test("step() makes no room that cannot be stored", () => {
  const history = new MemoryHistory({ keepLast: 1 });
  const driver = new Driver({}, { history });
  const alice = driver.join(1, "alice");
  history.createRoom = (): never => {
    throw new ChatError("CHAT_STORE_FULL", "Cannot create room: full");
  };
  const effects = driver.ask(alice, { kind: "join", name: "dev" });
  assertEquals(refusalTo(alice, effects), "CHAT_STORE_FULL");
  assertEquals(driver.house.rooms.size, 1);
});

Deno.test("step() lets nobody join, or come back, whose place cannot be stored", () => {
  const history = new MemoryHistory({ keepLast: 10 });
  const driver = new Driver({}, { history });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  roomOf(driver, alice, "dev");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.ask(bob, { kind: "leave", room: 2 });
  history.append = (): never => {
    throw new ChatError("CHAT_STORE_FULL", "Cannot append: full");
  };
  for (
    const request of [
      { kind: "join", name: "dev" },
      { kind: "direct", name: "alice" },
    ] as const
  ) {
    const effects = driver.ask(bob, request);
    assertEquals(refusalTo(bob, effects), "CHAT_STORE_FULL");
  }
  const said = driver.seal(alice, 2);
  assertEquals(refusalTo(alice, said), "CHAT_STORE_FULL");
  assertEquals([1, 2].map((n) => driver.house.rooms.get(n)?.members.size), [
    1,
    1,
  ]);
});

Deno.test("step() lets somebody leave a room for good, with all sessions", () => {
  const driver = new Driver();
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  const room = roomOf(driver, one, "dev");
  driver.ask(two, { kind: "follow", room, after: null });
  const effects = driver.ask(one, { kind: "leave", room });
  assertEquals(kindsOf(effects), [
    "unfollow",
    "reply parted",
    "unfollow",
    "reply parted",
    "pass left",
    "reply done",
  ]);
  const say = driver.say(two, "hello", { room });
  assertEquals(refusalTo(two, say), "CHAT_NO_SUCH_ROOM");
  const back = driver.open(1);
  const rooms = repliesTo(back, driver.enter(back, null))
    .filter(({ kind }) => kind === "room");
  assertEquals(rooms.length, 1);
});

Deno.test("step() lets nobody leave the lobby", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const effects = driver.ask(alice, { kind: "leave", room: 0 });
  assertEquals(refusalTo(alice, effects), "CHAT_FORBIDDEN");
});

Deno.test("step() brings back who has left a room of two when the other speaks, or asks for it", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.seal(alice, 1);
  const room = driver.house.rooms.get(1);
  assert(room !== undefined);
  room.seq = 1;
  driver.ask(bob, { kind: "leave", room: 1 });
  assertEquals([...room.members.keys()], [ownerOf(1)]);
  const effects = driver.seal(alice, 1);
  assertEquals(kindsOf(effects), ["reply room", "append sealed"]);
  assertEquals(room.members.get(ownerOf(2))?.since, 1);
  const [told] = repliesTo(bob, effects);
  assert(told?.kind === "room");
  assertEquals([told.room, told.name], [1, "alice"]);
  driver.ask(bob, { kind: "leave", room: 1 });
  const back = driver.ask(bob, { kind: "direct", name: "alice" });
  assertEquals(kindsOf(back), ["reply room", "reply done"]);
});

Deno.test("step() lets a room go that nobody belongs to and nothing was said in", () => {
  const driver = new Driver(FREE);
  const alice = driver.join(1, "alice");
  const leave = (room: number): boolean => {
    driver.ask(alice, { kind: "leave", room });
    assertEquals(driver.house.rooms.has(room), !!driver.history.room(room));
    return driver.house.rooms.has(room);
  };
  const one = roomOf(driver, alice, "one");
  assertEquals(leave(one), false);
  const two = roomOf(driver, alice, "one"); // its name is free again
  assert(two !== one);
  const room = driver.house.rooms.get(two);
  assert(room !== undefined);
  room.pending = 1; // something is about to be stored
  assertEquals(leave(two), true);
});

Deno.test("step() makes space for a room by one that nobody belongs to, with the shortest log", () => {
  const driver = new Driver({ ...FREE, rooms: 4, roomsMadePerIdentity: 3 });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  for (const [name, lines] of [["one", 3], ["two", 1], ["three", 2]] as const) {
    const number = roomOf(driver, alice, name);
    const room = driver.house.rooms.get(number);
    assert(room !== undefined);
    for (let seq = 1; seq <= lines; seq++) {
      driver.history.append([
        { room: number, seq, at: seq, payload: Uint8Array.of(1) },
      ]);
    }
    room.seq = lines;
  }
  const join = (session: number, name: string): string | undefined =>
    refusalTo(session, driver.ask(session, { kind: "join", name }));
  assertEquals(join(alice, "four"), "CHAT_FULL"); // she made enough
  assertEquals(join(bob, "four"), "CHAT_FULL"); // all are in use
  for (const room of [1, 2, 3]) driver.ask(alice, { kind: "leave", room });
  assertEquals(join(bob, "four"), undefined);
  const names = [...driver.house.rooms.values()].map(({ name }) => name);
  assertEquals(names, ["lobby", "one", "three", "four"]);
});

Deno.test("step() opens one room for two, called by the other, online or not", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "Bob");
  driver.close(bob);
  const effects = driver.ask(alice, { kind: "direct", name: "bob" });
  const room = {
    kind: "room",
    room: 1,
    type: "direct",
    name: "Bob",
    topic: "",
    seq: 0,
    peer: identity(2).fingerprint,
    group: null,
  } as const;
  assertEquals(repliesTo(alice, effects), [room, {
    kind: "done",
    id: 1,
    room: 1,
  }]);
  const back = driver.open(2);
  const told = repliesTo(back, driver.enter(back, null))
    .filter(({ kind }) => kind === "room").at(-1);
  assert(told?.kind === "room");
  assertEquals([told.room, told.name], [1, "alice"]);
  const again = driver.ask(back, { kind: "direct", name: "alice" });
  assertEquals(repliesTo(back, again), [{ kind: "done", id: 2, room: 1 }]);
});

Deno.test("step() opens a room for two by fingerprint, and none with strangers or oneself", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  driver.join(2, "bob");
  const text = (n: number): string =>
    `SHA256:${identity(n).fingerprint.toBase64({ omitPadding: true })}`;
  for (const name of ["alice", "carol", text(3), text(1), "SHA256:x", ""]) {
    const effects = driver.ask(alice, { kind: "direct", name });
    assertEquals(refusalTo(alice, effects), "CHAT_NO_SUCH_MEMBER", name);
  }
  const effects = driver.ask(alice, { kind: "direct", name: text(2) });
  assertEquals(kindsOf(effects).at(-1), "reply done");
});

Deno.test("step() bounds rooms of two for each, whoever began them, and in all", () => {
  const limits = { ...FREE, directPerIdentity: 2, directRooms: 3 };
  const driver = new Driver(limits);
  const names = ["alice", "bob", "carol", "dave", "erin"];
  const sessions = names.map((name, n) => driver.join(n, name));
  const open = (from: number, name: string): string | undefined => {
    const session = sessions[from] as number;
    return refusalTo(session, driver.ask(session, { kind: "direct", name }));
  };
  assertEquals(open(0, "bob"), undefined);
  assertEquals(open(2, "alice"), undefined);
  assertEquals(open(0, "dave"), "CHAT_FULL");
  assertEquals(open(3, "alice"), "CHAT_FULL"); // nor may another
  assertEquals(open(3, "bob"), undefined);
  assertEquals(open(3, "erin"), "CHAT_FULL"); // there are enough
  driver.ask(sessions[0] as number, { kind: "leave", room: 1 });
  driver.ask(sessions[1] as number, { kind: "leave", room: 1 });
  assertEquals(open(3, "erin"), undefined); // in the place of that one
  const back = driver.seal(sessions[2] as number, 2);
  assertEquals(kindsOf(back), ["append sealed"]);
});

Deno.test("step() does not bring anybody back into more rooms of two than it may have", () => {
  const driver = new Driver({ ...FREE, directPerIdentity: 1 });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.join(3, "carol");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.ask(bob, { kind: "leave", room: 1 });
  driver.ask(bob, { kind: "direct", name: "carol" });
  const effects = driver.seal(alice, 1);
  assertEquals(refusalTo(alice, effects), "CHAT_FULL");
});

Deno.test("step() tells the other of a room of two that somebody has another name", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.close(bob);
  const effects = driver.enter(driver.open(2), "robert");
  const told = repliesTo(alice, effects);
  assert(told.length === 1 && told[0]?.kind === "room");
  assertEquals(told[0].name, "robert");
});

Deno.test("step() lists open rooms in pages, and whether one is in them", () => {
  const driver = new Driver({
    ...FREE,
    roomsPerIdentity: 200,
    roomsMadePerIdentity: 200,
  });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  for (let n = 0; n < MAX_ROOMS_PER_PAGE; n++) roomOf(driver, alice, `r-${n}x`);
  driver.ask(alice, { kind: "direct", name: "bob" });
  const pages = repliesTo(bob, driver.ask(bob, { kind: "rooms" }));
  const shape = pages.map((page) =>
    page.kind === "rooms" ? [page.rooms.length, page.more] : []
  );
  assertEquals(shape, [[MAX_ROOMS_PER_PAGE, true], [1, false]]);
  assert(pages[0]?.kind === "rooms");
  assertEquals(pages[0].rooms[0], {
    room: 0,
    name: "lobby",
    topic: "",
    present: 2,
    joined: true,
  });
  assertEquals(pages[0].rooms[1]?.joined, false);
});

Deno.test("step() lists the absent of a room of two as not online", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.close(bob);
  const [list] = repliesTo(alice, driver.ask(alice, { kind: "who", room: 1 }));
  assert(list?.kind === "members");
  const shown = list.members.map(({ name, online }) => [name, online]);
  assertEquals(shown, [["alice", true], ["bob", false]]);
});
