import { ChatError } from "../../lib/errors.ts";
import type { HouseSettings } from "../../lib/room/house.ts";
import { makeSpace, MAX_REMOVED_ENTRIES } from "../../lib/room/space.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { Driver, kindsOf, repliesTo } from "./driver.ts";

/** A history that counts what it is asked, and makes no room when it is full. */
class CountingHistory extends MemoryHistory {
  asked = 0;
  isFull = false;

  override room(number: number): ReturnType<MemoryHistory["room"]> {
    this.asked += 1;
    return super.room(number);
  }

  override *rooms(): ReturnType<MemoryHistory["rooms"]> {
    this.asked += 1_000;
    yield* super.rooms();
  }

  override createRoom(
    ...values: Parameters<MemoryHistory["createRoom"]>
  ): ReturnType<MemoryHistory["createRoom"]> {
    if (!this.isFull) return super.createRoom(...values);
    throw new ChatError("CHAT_STORE_FULL", "Cannot create room: no space");
  }
}

Deno.test("makeSpace() asks its history of few rooms, and of none where little was said", () => {
  const history = new CountingHistory({ keepLast: 10 });
  for (let i = 0; i < 100; i++) history.createRoom({ name: "", form: `r${i}` });
  const settings: Partial<HouseSettings> = { history };
  const { house } = new Driver({ rooms: 100 }, settings);
  history.asked = 0;
  assertEquals(makeSpace("open", house), []);
  assertEquals(house.rooms.size, 100); // one of 101 went
  assertEquals(history.asked <= 1, true); // that one, when it is removed
  for (const room of house.rooms.values()) room.seq = 1_001; // all of it kept
  for (const { number } of [...history.rooms()]) {
    for (let seq = 1; seq <= 11; seq++) {
      const payload = Uint8Array.of(1);
      history.append([{ room: number, seq, at: 0, payload }]); // one is pruned
    }
  }
  history.asked = 0;
  assertEquals(makeSpace("open", house), []);
  assertEquals(history.asked <= 2, true);
  assertEquals(house.rooms.size, 99);
});

Deno.test("makeSpace() takes no room of which more is kept than may be removed", () => {
  const history = new MemoryHistory({ keepLast: 2_000 });
  const [long, pruned] = ["long", "pruned"]
    .map((form) => history.createRoom({ name: "", form }).number);
  const payload = Uint8Array.of(1);
  for (const room of [long, pruned] as number[]) {
    const more = room === pruned ? 1 : 0; // so that it is not the first choice
    history.append(
      Array.from({ length: MAX_REMOVED_ENTRIES + 1 + more }, (_, i) => (
        { room, seq: i + 1, at: i + room, payload }
      )),
    );
  }
  const driver = new Driver({ rooms: 3 }, { history });
  assertEquals(
    makeSpace("open", driver.house),
    "Cannot make room: there are 3",
  );
  history.prune({ olderThan: 3 });
  assertEquals(history.room(pruned as number)?.firstSeq, 2);
  assertEquals(history.room(long as number)?.firstSeq, 3);
  assertEquals(makeSpace("open", driver.house), []);
  assertEquals([...driver.house.rooms.keys()], [0, pruned as number]);
});

Deno.test("step() tells who was in a room that went for one that the disk then did not take", () => {
  const history = new CountingHistory({ keepLast: 10 });
  const driver = new Driver({ directRooms: 1 }, { history });
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name, n) =>
    driver.join(n, name)
  ) as [number, number, number];
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.ask(bob, { kind: "follow", room: 1, after: null });
  driver.ask(alice, { kind: "leave", room: 1 });
  history.isFull = true;
  const effects = driver.ask(carol, { kind: "direct", name: "alice" });
  assertEquals(kindsOf(effects), [
    "unfollow",
    "reply parted",
    "reply refused",
  ]);
  assertEquals(repliesTo(bob, effects), [{ kind: "parted", room: 1 }]);
});

Deno.test("makeSpace() takes the last one out of a room of two that the other has left", () => {
  const limits = { messageBurst: 1e6, directRooms: 2 };
  const driver = new Driver(limits);
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name, n) =>
    driver.join(n, name)
  ) as [number, number, number];
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.ask(alice, { kind: "direct", name: "carol" });
  driver.ask(bob, { kind: "follow", room: 1, after: null });
  assertEquals(
    makeSpace("direct", driver.house),
    "Cannot make room: there are 2",
  );
  driver.ask(alice, { kind: "leave", room: 1 });
  const effects = driver.ask(bob, { kind: "direct", name: "carol" });
  assertEquals(kindsOf(effects), [
    "unfollow",
    "reply parted",
    "reply room",
    "reply room",
    "reply done",
  ]);
  assertEquals([...driver.house.rooms.keys()], [0, 2, 3]);
  assertEquals(driver.history.room(1), undefined);
  assertEquals(repliesTo(carol, effects).length, 1);
});
