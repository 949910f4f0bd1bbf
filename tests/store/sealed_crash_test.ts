import { Child } from "../../lib/lab/child.ts";
import { SealedStateFile } from "../../lib/store/sealed_state_file.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";
import { Folder } from "./support/histories.ts";
import { randomNumbers } from "./support/random.ts";
import { contentOf, openKept } from "./support/sealed_states.ts";

const ROUNDS = 8;
const PROGRAM = `${import.meta.dirname}/support/keep_forever.ts`;

/** Lets it keep some, kills it, and returns the last that it said it kept. */
async function keepAndDie(path: string, count: number): Promise<number> {
  const args = ["run", "--quiet", "--allow-all", PROGRAM, path];
  const child = new Child(Deno.execPath(), args, { name: "keep_forever" });
  {
    await using _ = child; // disposal kills it
    let seen = 0;
    const pick = (): true | undefined => ++seen >= count ? true : undefined;
    await child.stdout.find(`line ${count}`, pick, soon());
  }
  return Number(child.stdout.lines.at(-1));
}

Deno.test("SealedStateFile has the last that it kept, or the one after, after kill -9", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomNumbers(seed);
  using folder = new Folder();
  const path = `${folder.path}/sealed/room`;
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      const last = await keepAndDie(path, 1 + random(60));
      using file = SealedStateFile.take(path); // the lock went with the process
      const found = await openKept(file);
      assert(found !== undefined);
      const { counter, whole, changes, putBack } = found;
      assert(counter === last || counter === last + 1, `${counter}, ${last}`);
      const first = counter - changes.length;
      assertEquals(whole, contentOf(first));
      for (const [index, change] of changes.entries()) {
        assertEquals(change, contentOf(first + 1 + index));
      }
      assertEquals(putBack, false);
      const names = [...Deno.readDirSync(`${folder.path}/sealed`)]
        .map(({ name }) => name).filter((name) => name !== "room.new");
      assertEquals(names.toSorted(), ["room", "room.lock", "room.note"]);
      for (const name of names) {
        const { mode } = Deno.statSync(`${folder.path}/sealed/${name}`);
        assertEquals(mode, 0o100600, name);
      }
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}`, { cause: error });
    }
  }
});
