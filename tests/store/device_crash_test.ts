import { Child } from "../../lib/lab/child.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";
import { openSoundState } from "./support/device_states.ts";
import { Folder } from "./support/histories.ts";
import { randomNumbers } from "./support/random.ts";
import { lastTwo, type Snapshot, snapshot } from "./support/sending.ts";

const ROUNDS = 8;
const PROGRAM = `${import.meta.dirname}/support/send_forever.ts`;

/** Lets it make some changes, kills it, and returns what it printed. */
async function sendAndDie(
  directory: string,
  { seed, lines }: { readonly seed: number; readonly lines: number },
): Promise<readonly string[]> {
  const args = ["run", "--quiet", "--allow-all", PROGRAM, directory, `${seed}`];
  const child = new Child(Deno.execPath(), args, { name: "send_forever" });
  {
    await using _ = child; // disposal kills it
    let seen = 0;
    const pick = (): true | undefined => ++seen >= lines ? true : undefined;
    await child.stdout.find(`line ${lines}`, pick, soon());
  }
  return child.stdout.lines;
}

/** What must be there whatever was written behind. */
function kept({ device, lastNumber, outbox }: Snapshot): unknown {
  return { device, lastNumber, outbox };
}

Deno.test("SqliteDeviceState has all that it acknowledged after kill -9", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomNumbers(seed);
  using folder = new Folder();
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      const lines = await sendAndDie(folder.path, {
        seed: seed + round,
        lines: 3 + random(150),
      });
      const possible = lastTwo(lines);
      using state = openSoundState(folder.path);
      const found = snapshot(state);
      const which = possible.findIndex((each) =>
        JSON.stringify(kept(each)) === JSON.stringify(kept(found))
      );
      // Shows the difference, when it is neither.
      const [first, second = first] = possible;
      assert(first !== undefined && second !== undefined);
      if (which < 0) assertEquals(kept(found), kept(second));
      for (const { room, seq } of found.positions) {
        const most = second.positions.find((each) => each.room === room);
        assert(seq <= (most?.seq ?? 0), `room ${room} is ahead: ${seq}`);
      }
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}`, { cause: error });
    }
  }
});
