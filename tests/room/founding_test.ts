import type { Bytes } from "../../lib/bytes.ts";
import { MAX_DIRECT_INFO_BYTES } from "../../lib/room/group.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { identity, ownerOf } from "./driver.ts";
import {
  type Asked,
  founding,
  group,
  HELLO,
  introduction,
  SealedWorld,
} from "./sealed_world.ts";

const NOTHING = new Uint8Array(0);

const sealedRoom = {
  kind: "found",
  room: null,
  group: group(1),
  replaces: null,
  ...introduction(1),
  hello: NOTHING,
} as const;

Deno.test("foundSealed() makes a sealed room, which outlasts a restart and is in no list", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  const room = world.found(alice, 1);
  const [, told] = world.news(alice, "room"); // the lobby first
  const expected = {
    kind: "room",
    room,
    type: "sealed",
    name: "",
    topic: "",
    seq: 0,
    peer: null,
    group: group(1),
  } as const;
  assertEquals(told, expected);
  const list = world.ask(alice, { kind: "rooms" });
  assert(list.kind === "rooms");
  assertEquals(list.rooms.map(({ room }) => room), [0]);
  world.restart();
  const again = world.enter(1, null);
  world.hall.flush();
  assertEquals(world.news(again, "room")[1], expected);
});

Deno.test("foundSealed() refuses what introduces no sealed room, and a group that has one", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  const wrongs: readonly Asked[] = [
    { ...sealedRoom, replaces: group(2) },
    { ...sealedRoom, title: NOTHING },
    { ...sealedRoom, info: NOTHING },
    { ...sealedRoom, hello: HELLO },
  ];
  for (const wrong of wrongs) {
    assertEquals(world.outcome(alice, wrong), "CHAT_MESSAGE_INVALID");
  }
  assertEquals(world.house.rooms.size, 1);
  assertEquals(world.outcome(alice, sealedRoom), "done");
  assertEquals(world.outcome(alice, sealedRoom), "CHAT_NAME_TAKEN");
  const bob = world.enter(2, "bob");
  assertEquals(world.outcome(bob, sealedRoom), "CHAT_NAME_TAKEN");
});

Deno.test("foundSealed() refuses the muted, and makes nothing that cannot be stored", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  world.isFull = true;
  assertEquals(world.outcome(alice, sealedRoom), "CHAT_STORE_FULL");
  world.isFull = false;
  assertEquals(world.house.rooms.size, 1);
  world.mute(1);
  assertEquals(world.outcome(alice, sealedRoom), "CHAT_MUTED");
});

Deno.test("foundSealed() counts sealed rooms with open ones", () => {
  for (
    const limits of [
      { roomsMadePerIdentity: 2 },
      { roomsPerIdentity: 3 }, // the lobby among them
      { rooms: 3 },
    ]
  ) {
    const world = new SealedWorld({ limits });
    const alice = world.enter(1, "alice");
    const open = { kind: "join", name: "dev" } as const;
    assertEquals(world.outcome(alice, open), "done");
    world.found(alice, 2);
    assertEquals(world.outcome(alice, sealedRoom), "CHAT_FULL");
    const other = { kind: "join", name: "ops" } as const;
    assertEquals(world.outcome(alice, other), "CHAT_FULL");
  }
});

Deno.test("foundSealed() and joinRoom() take the place of sealed and open rooms that nobody belongs to", () => {
  const world = new SealedWorld({ limits: { rooms: 2 } });
  const alice = world.enter(1, "alice");
  const sealed = world.found(alice, 1);
  assertEquals(world.outcome(alice, world.sealed(sealed, 1)), "ack");
  assertEquals(world.outcome(alice, { kind: "leave", room: sealed }), "done");
  assert(world.history.room(sealed) !== undefined);
  const open = world.ask(alice, { kind: "join", name: "dev" });
  assert(open.kind === "done" && open.room !== null);
  assertEquals(world.history.room(sealed), undefined);
  const { room } = open;
  world.ask(alice, { kind: "say", room, number: 1_000, text: "x" });
  world.ask(alice, { kind: "leave", room });
  world.found(alice, 1); // its group is free again
  assertEquals(world.history.room(room), undefined);
});

Deno.test("leaveRoom() removes a sealed room in which nothing was said and that is empty", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  const room = world.found(alice, 1);
  world.ask(alice, { kind: "leave", room });
  assertEquals(world.history.room(room), undefined);
  assertEquals(world.history.group(room), undefined);
});

Deno.test("foundDirect() gives a room of two its group, and another in its place, and tells both", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const again = world.enter(2, null);
  const room = world.direct(alice, "bob");
  for (const session of [alice, bob, again]) world.told(session).length = 0;
  assertEquals(world.outcome(alice, founding(room, 1)), "ack");
  const kinds = world.told(alice).map(({ kind }) => kind);
  assertEquals(kinds, ["ack", "room"]);
  for (const session of [alice, bob, again]) {
    assertEquals(world.news(session, "room").map((m) => m.group), [group(1)]);
  }
  assertEquals(world.outcome(bob, founding(room, 2)), "CHAT_SEAL_OUTRUN");
  assertEquals(world.outcome(bob, founding(room, 2, 3)), "CHAT_SEAL_OUTRUN");
  assertEquals(world.news(alice, "room"), []);
  const itself = world.outcome(bob, founding(room, 1, 1));
  assertEquals(itself, "CHAT_MESSAGE_INVALID"); // its turns would begin anew
  assertEquals(world.outcome(bob, founding(room, 2, 1)), "ack");
  const stored = world.history.group(room);
  assertEquals(stored, {
    ...{ id: group(2), turn: 0, hello: HELLO },
    ...introduction(2),
  });
  const entries = world.log(room).map(({ name, fingerprint, ...entry }) =>
    entry.kind === "founded" ? [name, fingerprint, entry.group] : entry
  );
  assertEquals(entries, [
    ["", identity(1).fingerprint, group(1)],
    ["", identity(2).fingerprint, group(2)],
  ]);
});

Deno.test("foundDirect() tells nobody of a group who is only just entering, before it is in", () => {
  const world = new SealedWorld();
  const [alice] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const room = world.direct(alice, "bob");
  world.send(alice, founding(room, 1));
  const again = world.enter(2, null);
  world.hall.flush();
  const told = world.told(again);
  assertEquals(told[0]?.kind, "entered");
  const [last] = told.filter((message) => message.kind === "room").slice(-1);
  assertEquals(last?.group, group(1));
});

Deno.test("foundDirect() changes the group of no other room, and not to nothing", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const sealed = world.found(alice, 1);
  const room = world.direct(alice, "bob");
  const carol = world.enter(3, "carol");
  for (
    const [session, asked, code] of [
      [alice, founding(0, 2), "CHAT_FORBIDDEN"],
      [alice, founding(sealed, 2, 1), "CHAT_FORBIDDEN"],
      [bob, founding(sealed, 2, 1), "CHAT_NO_SUCH_ROOM"],
      [carol, founding(room, 2), "CHAT_NO_SUCH_ROOM"],
      [
        alice,
        { ...founding(room, 2), hello: NOTHING } as Asked,
        "CHAT_MESSAGE_INVALID",
      ],
      [
        alice,
        { ...founding(room, 2), info: NOTHING } as Asked,
        "CHAT_MESSAGE_INVALID",
      ],
    ] as const
  ) {
    assertEquals(world.outcome(session, asked), code);
  }
  assertEquals(world.history.group(room), undefined);
});

Deno.test("foundDirect() brings back who has left a room of two, but not for the muted", () => {
  const world = new SealedWorld({ limits: { directPerIdentity: 1 } });
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const room = world.direct(alice, "bob");
  const members = () => world.house.rooms.get(room)?.members.size;
  world.ask(bob, { kind: "leave", room });
  const unmute = world.mute(1);
  assertEquals(world.outcome(alice, founding(room, 1)), "ack");
  assertEquals(members(), 1);
  unmute();
  world.isFull = true;
  assertEquals(world.outcome(alice, founding(room, 2, 1)), "CHAT_STORE_FULL");
  world.isFull = false;
  assertEquals(members(), 1);
  assertEquals(world.outcome(alice, founding(room, 2, 1)), "ack");
  assertEquals(members(), 2);
  assertEquals(world.news(bob, "room").at(-1)?.group, group(2));
  world.ask(bob, { kind: "leave", room });
  world.enter(3, "carol");
  world.direct(bob, "carol"); // now he has as many as he may
  assertEquals(world.outcome(alice, founding(room, 3, 2)), "CHAT_FULL");
});

Deno.test("joinSealed() lets in who knows the group, to read what comes from then on", () => {
  const world = new SealedWorld();
  const [alice, bob] = [world.enter(1, "alice"), world.enter(2, "bob")];
  const room = world.found(alice, 1);
  assertEquals(world.outcome(alice, world.sealed(room, 1)), "ack");
  const join = { kind: "join_sealed", group: group(1) } as const;
  const unknown = { kind: "join_sealed", group: group(2) } as const;
  assertEquals(world.outcome(bob, unknown), "CHAT_NO_SUCH_ROOM");
  const page = { kind: "history", room, before: null, limit: 9 } as const;
  assertEquals(world.outcome(bob, page), "CHAT_NO_SUCH_ROOM");
  world.told(bob).length = 0;
  assertEquals(world.ask(bob, join).kind, "done");
  assertEquals(world.news(bob, "room").map((m) => m.group), [group(1)]);
  assertEquals(world.ask(bob, join).kind, "done"); // once more
  assertEquals(world.news(bob, "room"), []);
  const follow = { kind: "follow", room, after: 0 } as const;
  const following = world.ask(bob, follow);
  assert(following.kind === "following");
  assertEquals(following.after, 1);
  const empty = world.ask(bob, page);
  assert(empty.kind === "page");
  assertEquals(empty.entries.length, 0);
  assertEquals(world.outcome(bob, world.sealed(room, 1)), "ack");
});

Deno.test("joinSealed() is told in passing, and bounded like join", () => {
  const world = new SealedWorld({ limits: { roomMembers: 2 } });
  const sessions = [1, 2, 3].map((n) => world.enter(n));
  const [alice, bob, carol] = sessions as [number, number, number];
  const room = world.found(alice, 1);
  world.ask(alice, { kind: "follow", room, after: null });
  const join = { kind: "join_sealed", group: group(1) } as const;
  world.isFull = true;
  assertEquals(world.outcome(bob, join), "CHAT_STORE_FULL");
  assertEquals(world.house.rooms.get(room)?.members.size, 1);
  world.isFull = false;
  assertEquals(world.outcome(bob, join), "done");
  assertEquals(world.outcome(carol, join), "CHAT_FULL");
  const list = world.ask(alice, { kind: "who", room });
  assert(list.kind === "members");
  assertEquals(list.members.map(({ name }) => name), ["member-1", "member-2"]);
  const small = new SealedWorld({ limits: { roomsPerIdentity: 2 } });
  const dave = small.enter(4);
  small.found(small.enter(5), 1);
  small.ask(dave, { kind: "join", name: "dev" });
  assertEquals(small.outcome(dave, join), "CHAT_FULL");
});

Deno.test("joinRoom() finds no sealed room by what the server calls it", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  world.found(alice, 1);
  const bob = world.enter(2, "bob");
  const name = `&${group(1).toHex()}`;
  assertEquals(world.outcome(bob, { kind: "join", name }), "CHAT_NAME_INVALID");
});

Deno.test("moderate() and forgetting take people's places in sealed rooms away", () => {
  const world = new SealedWorld({ limits: { absentNames: 1 } });
  const alice = world.enter(1, "alice");
  const room = world.found(alice, 1);
  const members = () => [...world.house.rooms.get(room)?.members.keys() ?? []];
  const join = { kind: "join_sealed", group: group(1) } as const;
  const [bob, carol, dave] = [2, 3, 4].map((n) => world.enter(n)) as [
    number,
    number,
    number,
  ];
  world.ask(bob, join);
  world.ask(carol, join);
  world.house.roles.set(ownerOf(1), "operator");
  const subject = fingerprintText(identity(2).fingerprint);
  const ban = {
    kind: "moderate",
    verb: "ban",
    subject,
    seconds: null,
  } as const;
  assertEquals(world.outcome(alice, ban), "done");
  assertEquals(members(), [ownerOf(1), ownerOf(3)]);
  for (const session of [carol, dave]) {
    world.hall.apply({ kind: "close", session, why: "quit" });
  }
  assertEquals(members(), [ownerOf(1)]); // one of those absent is forgotten
  world.hall.flush();
  const stored = [...world.history.members()]
    .filter((member) => member.room === room);
  assertEquals(stored.map(({ owner }) => owner.toHex()), [ownerOf(1)]);
});

Deno.test("a room of two takes no GroupInfo that is longer than two members need", () => {
  const world = new SealedWorld();
  const alice = world.enter(1, "alice");
  world.enter(2, "bob");
  const room = world.direct(alice, "bob");
  const [info, long] = [0, 1].map((more) =>
    new Uint8Array(MAX_DIRECT_INFO_BYTES + more)
  ) as [Bytes, Bytes];
  const of = { room, group: group(1), turn: 0 } as const;
  const commit = Uint8Array.of(5);
  const asked = (info: Bytes): readonly Asked[] => [
    { ...founding(room, 1), info } as Asked,
    { kind: "propose", ...of, commit, info },
    { kind: "refresh", ...of, turn: 1, info },
  ];
  assertEquals(
    asked(long).map((each) => world.outcome(alice, each)),
    asked(long).map(() => "CHAT_MESSAGE_INVALID"),
  );
  assertEquals(
    asked(info).map((each) => world.outcome(alice, each)),
    ["ack", "ack", "done"],
  );
  assertEquals(
    world.outcome(alice, { ...sealedRoom, group: group(2), info: long }),
    "done",
  );
});
