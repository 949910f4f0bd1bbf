import { ChatError } from "../../lib/errors.ts";
import type { Change } from "../../lib/room/registry.ts";
import { Unsaved } from "../../lib/room/unsaved.ts";
import { assertEquals } from "../support/assert.ts";

function expulsion(first: number): Change {
  return { kind: "expel", owner: new Uint8Array(32).fill(first) };
}

Deno.test("Unsaved.storeApart() drops what can never be stored, and stores the rest", () => {
  const unsaved = new Unsaved();
  for (const first of [1, 2, 3]) unsaved.add(expulsion(first));
  const stored: Change[] = [];
  unsaved.storeApart((change) => {
    if (change.kind === "expel" && change.owner[0] === 2) {
      throw new Error("It breaks a constraint");
    }
    stored.push(change);
  });
  assertEquals(stored, [expulsion(1), expulsion(3)]);
  assertEquals(unsaved.size, 0);
});

Deno.test("Unsaved.storeApart() keeps everything from the first on that the disk does not take", () => {
  const unsaved = new Unsaved();
  for (const first of [1, 2, 3]) unsaved.add(expulsion(first));
  unsaved.storeApart((change) => {
    if (change.kind !== "expel" || change.owner[0] !== 2) return;
    throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
  });
  assertEquals(unsaved.changes, [expulsion(2), expulsion(3)]);
});
