import { measureSealedRoom } from "../../bench/sealed.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Folder } from "../store/support/histories.ts";

const SHORT = { members: 3, joins: 1, messages: 2 };

Deno.test("measureSealedRoom() gives a number for everything that docs/sealed.md states", async () => {
  const medians = await measureSealedRoom(SHORT);
  assertEquals(Object.keys(medians).toSorted(), [
    "GroupInfo B",
    "change B",
    "commit B",
    "join ms",
    "message B",
    "re-key ms",
    "read back ms",
    "receive ms",
    "see a join ms",
    "see a re-key ms",
    "send ms",
    "state B",
  ]);
  for (const value of Object.values(medians)) assert(value > 0);
});

Deno.test("measureSealedRoom() measures the same with a disk", async () => {
  using folder = new Folder();
  const directory = folder.path;
  const medians = await measureSealedRoom({ ...SHORT, directory });
  for (const value of Object.values(medians)) assert(value > 0);
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  assertEquals(names.toSorted(), ["3", "founder"]);
});
