import { JoinedRooms } from "../../lib/member/joined_rooms.ts";
import type { MessageOfKind } from "../../lib/protocol/messages.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses, assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, GROUP, PlainSeals } from "./plain_seals.ts";
import { OTHER, room, SELF, Stage } from "./stage.ts";

const SEALED = room(3, { type: "sealed", name: "", group: GROUP });

function rooms(): JoinedRooms {
  return new JoinedRooms((info) => ({ ...info, name: `& ${info.name}` }));
}

Deno.test("JoinedRooms.announce() refuses what cannot be a room", () => {
  const wrong: readonly Partial<MessageOfKind<"room">>[] = [
    { type: "open", peer: OTHER },
    { type: "open", group: GROUP },
    { type: "direct" },
    { type: "sealed" },
    { type: "sealed", group: GROUP, peer: OTHER },
    { room: 0, type: "sealed", group: GROUP },
    { room: 0, type: "direct", peer: OTHER },
  ];
  for (const each of wrong) {
    const joined = rooms();
    const announce = (): void => joined.announce(room(4, each));
    assertRefuses("CHAT_PROTOCOL", announce);
    assertEquals(joined.all.size, 0);
  }
});

Deno.test("JoinedRooms believes no server what a sealed room is called or about", () => {
  const joined = rooms();
  joined.announce({ ...SEALED, name: "made up", topic: "made up" });
  joined.announce({ ...DIRECT, topic: "made up" });
  joined.announce(room(1, { topic: "tea" }));
  for (const number of [1, 2, 3]) joined.describe(number);
  assertEquals(
    [...joined.all.values()].map(({ name, topic }) => [name, topic]),
    [["& ", ""], ["& room2", ""], ["room1", "tea"]],
  );
});

Deno.test("JoinedRooms.describe() tells whether anything is new", () => {
  const joined = rooms();
  assertEquals(joined.describe(2), undefined);
  joined.announce(DIRECT);
  assertEquals(joined.describe(2)?.isNew, true);
  assertEquals(joined.describe(2)?.isNew, false);
  joined.announce({ ...DIRECT, group: SELF });
  assertEquals(joined.all.get(2)?.group, SELF); // before it is described
  assertEquals(joined.all.get(2)?.name, "& room2");
  assertEquals(joined.describe(2)?.isNew, true);
  joined.delete(2);
  assertEquals(joined.describe(2), undefined);
});

Deno.test("JoinedRooms.isOther() tells a room from the one that had its number", () => {
  const joined = rooms();
  for (const each of [room(0), room(1), DIRECT, SEALED]) joined.announce(each);
  const cases: readonly (readonly [MessageOfKind<"room">, boolean])[] = [
    [room(0, { type: "sealed" }), false],
    [room(1, { name: "renamed" }), false],
    [room(1, { type: "direct", peer: OTHER }), true],
    [{ ...DIRECT, group: SELF }, false],
    [{ ...DIRECT, peer: SELF }, false], // the other has another key
    [{ ...DIRECT, peer: SELF, group: SELF }, true],
    [{ ...DIRECT, peer: SELF, group: null }, true],
    [SEALED, false],
    [{ ...SEALED, group: SELF }, true],
    [room(9), false],
  ];
  for (const [each, isOther] of cases) {
    assertEquals(joined.isOther(each), isOther);
  }
});

Deno.test("JoinedRooms.check() lets nothing be said in an open room that is taken for another", () => {
  const joined = rooms();
  joined.check(0);
  assertRefuses("CHAT_NO_SUCH_ROOM", () => joined.check(2));
  joined.announce(DIRECT);
  joined.check(2);
  joined.delete(2);
  joined.announce(room(2));
  assertRefuses("CHAT_NO_SUCH_ROOM", () => joined.check(2), "another");
  joined.shown({ ...DIRECT }); // what was shown before
  assertRefuses("CHAT_NO_SUCH_ROOM", () => joined.check(2), "another");
  const info = joined.describe(2)?.info;
  assert(info !== undefined);
  joined.shown(info);
  joined.check(2);
  joined.announce(DIRECT);
  joined.changeLog();
  joined.delete(2);
  joined.announce(room(2));
  joined.check(2);
});

Deno.test("Correspondent.say() sends nothing in clear to whom was shown a direct room", async () => {
  await using stage = new Stage({ sealing: new PlainSeals().make });
  await stage.settleIn();
  stage.link.say(DIRECT);
  await settle();
  stage.link.say(room(2)); // and nobody has looked at that
  await settle();
  await assertRefusesLater(
    "CHAT_NO_SUCH_ROOM",
    () => stage.member.say("secret", 2),
  );
  assertEquals(stage.link.all("say"), []);
  stage.listen();
  await settle();
  assertEquals(
    stage.events.map((event) => event.kind).slice(-3),
    ["room", "parted", "room"],
  );
  stage.member.say("for all", 2).catch(() => {});
  assertEquals(stage.link.all("say").map(({ text }) => text), ["for all"]);
});

Deno.test("Correspondent fails what waits for a direct room whose number is of an open one", async () => {
  const seals = new PlainSeals();
  seals.held.add(2);
  await using stage = new Stage({ sealing: seals.make });
  await stage.settleIn();
  stage.link.say(DIRECT);
  await settle();
  const saying = stage.member.say("secret", 2);
  saying.catch(() => {});
  stage.link.say(room(2));
  await assertRefusesLater("CHAT_NO_SUCH_ROOM", () => saying);
  assertEquals(stage.link.all("say"), []);
});
