import type { HouseSettings } from "../../lib/room/house.ts";
import { makeSpace } from "../../lib/room/space.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { Driver } from "./driver.ts";

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
  assertEquals(makeSpace("open", house), null);
  assertEquals(house.rooms.size, 100); // one of 101 went
  assertEquals(history.asked <= 1, true); // that one, when it is removed
});
