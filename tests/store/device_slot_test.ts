import { DeviceSlot, lockPatience } from "../../lib/store/device_slot.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Folder } from "./support/histories.ts";

Deno.test("DeviceSlot.take() waits for a lock that is held for a moment", () => {
  using folder = new Folder();
  Deno.mkdirSync(folder.path, { recursive: true });
  const held = DeviceSlot.take(folder.path, 0, () => false);
  assert(held !== undefined);
  let pauses = 0;
  using taken = DeviceSlot.take(folder.path, 0, () => {
    if (++pauses === 3) held[Symbol.dispose]();
    return true;
  });
  assert(taken !== undefined);
  assertEquals(pauses, 3);
});

Deno.test("DeviceSlot.take() gives up a lock that stays another's", () => {
  using folder = new Folder();
  Deno.mkdirSync(folder.path, { recursive: true });
  using held = DeviceSlot.take(folder.path, 0, () => false);
  assert(held !== undefined);
  let pauses = 0;
  const taken = DeviceSlot.take(folder.path, 0, () => ++pauses < 3);
  assertEquals([taken, pauses], [undefined, 3]);
});

Deno.test("lockPatience() has an end", () => {
  const pause = lockPatience();
  let pauses = 0;
  while (pause()) pauses += 1;
  assertEquals([pauses > 0, pause()], [true, false]);
});
