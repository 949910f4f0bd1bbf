import { measureSealedRoom } from "../../bench/sealed.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("measureSealedRoom() gives a number for everything that docs/sealed.md states", async () => {
  const short = { members: 3, joins: 1, messages: 2 };
  const medians = await measureSealedRoom(short);
  assertEquals(Object.keys(medians).toSorted(), [
    "GroupInfo B",
    "change B",
    "commit B",
    "join ms",
    "message B",
    "re-key ms",
    "receive ms",
    "see a join ms",
    "see a re-key ms",
    "send ms",
    "state B",
  ]);
  for (const value of Object.values(medians)) assert(value > 0);
});
