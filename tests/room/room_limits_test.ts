import { DEFAULT_ROOM_LIMITS, roomLimits } from "../../lib/room/room_limits.ts";
import { MAX_TEXT_BYTES } from "../../lib/protocol/limits.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("roomLimits() fills gaps with the defaults", () => {
  assertEquals(roomLimits(), DEFAULT_ROOM_LIMITS);
  assertEquals(roomLimits({ members: 3 }), {
    ...DEFAULT_ROOM_LIMITS,
    members: 3,
  });
});

Deno.test("roomLimits() refuses what is not a finite number above 0", () => {
  for (const members of [0, -1, NaN, Infinity]) {
    assertThrows(() => roomLimits({ members }), RangeError, "members");
  }
});

Deno.test("DEFAULT_ROOM_LIMITS let the longest text through at once", () => {
  assert(DEFAULT_ROOM_LIMITS.byteBurst >= MAX_TEXT_BYTES);
});
