import { Child } from "../../lib/lab/child.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";
import {
  GROUP,
  lineOf,
  openFixed,
  ownOf,
  THREAD,
} from "./support/fixed_rooms.ts";
import { Folder } from "./support/histories.ts";
import { randomNumbers } from "./support/random.ts";

const ROUNDS = 6;
const PROGRAM = `${import.meta.dirname}/support/rooms_forever.ts`;

/** Lets it keep some, kills it, and returns the last that it said it kept. */
async function keepAndDie(directory: string, count: number): Promise<number> {
  const args = ["run", "--quiet", "--allow-all", PROGRAM, directory];
  const child = new Child(Deno.execPath(), args, { name: "rooms_forever" });
  {
    await using _ = child; // disposal kills it
    let seen = 0;
    const pick = (): true | undefined => ++seen >= count ? true : undefined;
    await child.stdout.find(`line ${count}`, pick, soon());
  }
  return Number(child.stdout.lines.at(-1));
}

Deno.test("StoredRooms has all that it kept, each change whole, after kill -9", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomNumbers(seed);
  using folder = new Folder();
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      const last = await keepAndDie(folder.path, 1 + random(60));
      using rooms = await openFixed(folder.path); // the lock went with it
      const entry = rooms.lastEntry(THREAD);
      assert(entry === last || entry === last + 1, `${entry}, ${last}`);
      const first = Math.max(1, entry - 49);
      const all = { before: null, limit: 1_000 };
      assertEquals(
        rooms.linesBefore(THREAD, all).map(({ line }) => line),
        Array.from({ length: entry - first + 1 }, (_, i) => lineOf(first + i)),
      );
      assertEquals(rooms.own(GROUP), [ownOf(entry)]);
      assertEquals(rooms.ownAs(ownOf(entry).envelope), ownOf(entry));
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}`, { cause: error });
    }
  }
});
