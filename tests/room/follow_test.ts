import { startOf } from "../../lib/room/follow.ts";
import type { RoomKind } from "../../lib/protocol/words.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Driver } from "./driver.ts";

Deno.test("startOf() gives few past lines in open rooms alone: others have their floor", () => {
  const driver = new Driver({}, { newcomerLines: 2 });
  const room = driver.house.rooms.get(0);
  assert(room !== undefined);
  const starts = (["open", "direct", "sealed"] as const).map((type: RoomKind) =>
    startOf(
      { room: { ...room, type, seq: 9 }, after: null, floor: 1 },
      driver.house,
    ).after
  );
  assertEquals(starts, [7, 1, 1]);
});
