import type { HouseSettings } from "../../lib/room/house.ts";
import { makeSpace } from "../../lib/room/space.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { Driver, kindsOf, repliesTo } from "./driver.ts";

/** A history that counts how often it is asked for one room. */
class CountingHistory extends MemoryHistory {
  asked = 0;

  override room(number: number): ReturnType<MemoryHistory["room"]> {
    this.asked += 1;
    return super.room(number);
  }
}

Deno.test("makeSpace() does not ask its history room by room", () => {
  const history = new CountingHistory({ keepLast: 10 });
  for (let i = 0; i < 100; i++) history.createRoom({ name: "", form: `r${i}` });
  const settings: Partial<HouseSettings> = { history };
  const { house } = new Driver({ rooms: 100 }, settings);
  history.asked = 0;
  assertEquals(makeSpace("open", house), []);
  assertEquals(house.rooms.size, 100); // one of 101 went
  assertEquals(history.asked <= 1, true); // that one, when it is removed
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
